import type { Data } from "../../engine/contract/data.ts";
import type { ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { Channel, ResumePoint } from "../protocol/messages.ts";

/** Whether `next` is later than `current`: a higher epoch, or the same with a higher offset. */
export function isLater(next: ViewUpdate, current: ViewUpdate): boolean {
  return next.epoch === current.epoch ? next.offset > current.offset : next.epoch > current.epoch;
}

/** A whole view as a frame. */
export function snapshotFrame(ch: Channel, { epoch, offset, view }: ViewUpdate): string {
  return JSON.stringify({ t: "snapshot", ch, epoch, offset, state: view });
}

/** What a client that has `point` of a channel needs to have `current`: an empty delta, or the whole view. */
export function greetingFrame(ch: Channel, current: ViewUpdate, point: ResumePoint | undefined): string {
  const isCurrent = point?.epoch === current.epoch && point.offset === current.offset;
  return isCurrent ? deltaFrame(ch, current, current.offset, {}) : snapshotFrame(ch, current);
}

/**
 * The frame that brings a client from `previous` to `next`: the changed top-level fields, or the whole view where fields
 * would not tell all (new epoch, a field that went away, a view that began or ended).
 */
export function changeFrame(ch: Channel, previous: ViewUpdate, next: ViewUpdate): string {
  const fields = next.epoch === previous.epoch ? changedFields(previous.view, next.view) : undefined;
  return fields === undefined ? snapshotFrame(ch, next) : deltaFrame(ch, next, previous.offset, fields);
}

function deltaFrame(ch: Channel, { epoch, offset }: ViewUpdate, prev: number, fields: object): string {
  return JSON.stringify({ t: "delta", ch, epoch, offset, prev, fields });
}

function changedFields(previous: Data, next: Data): Record<string, Data> | undefined {
  if (!isFields(previous) || !isFields(next)) return undefined;
  for (const name of Object.keys(previous)) if (next[name] === undefined) return undefined;
  const changed: Record<string, Data> = {};
  for (const [name, value] of Object.entries(next)) {
    if (value !== undefined && !isSame(value, previous[name])) changed[name] = value;
  }
  return changed;
}

function isSame(left: Data, right: Data | undefined): boolean {
  if (left === right) return true;
  // Views are small and built in a fixed field order, so equal values have equal text.
  return (
    typeof left === "object" && typeof right === "object" && JSON.stringify(left) === JSON.stringify(right)
  );
}

function isFields(value: Data): value is { readonly [field: string]: Data | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
