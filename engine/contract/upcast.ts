import { formatAddress } from "./address.ts";
import { assert } from "./assert.ts";
import type { AnyDecider, Typed, VersionStep } from "./decider.ts";
import {
  ANY_CONTENT,
  type ActorEntry,
  type ActorSnapshot,
  type KeyRecord,
  type PlacedCall,
  type SegmentBody,
  type SentMessage,
  type ShardMemory,
} from "./segment.ts";

/** The kinds that a program knows, by name. */
export type Deciders = ReadonlyMap<string, AnyDecider>;

/**
 * What was read was stored by a release that knows more versions than this one: fatal, since nobody here can tell what
 * it means. Nothing of it is lost.
 */
export class UnknownVersion extends Error {
  override readonly name = "UnknownVersion";

  constructor(subject: string, version: number, { kind, version: knownVersion }: AnyDecider) {
    super(
      `${subject} of version ${version}, but this release knows the kind ${kind} up to version ${knownVersion}: ` +
        "a newer release has written to this database. Start that release, or a later one; nothing is lost.",
    );
  }
}

/**
 * A segment's body as this program would have written it. The same object when no part of it is older.
 * @throws {UnknownVersion} Parts of kinds that are not in `deciders` are left as they are.
 */
export function upcastBody(body: SegmentBody, deciders: Deciders): SegmentBody {
  const actors = upcastAll(body.actors, deciders, upcastEntry);
  const sent = upcastAll(body.sent, deciders, upcastMessage);
  const called = upcastAll(body.called, deciders, upcastCall);
  if (actors === body.actors && sent === body.sent && called === body.called) return body;
  return { ...body, actors, sent, called };
}

/** A checkpoint's memory as this program would have stored it, in the manner of {@link upcastBody}. @throws {UnknownVersion} */
export function upcastMemory(memory: ShardMemory, deciders: Deciders): ShardMemory {
  const outbox = upcastAll(memory.outbox, deciders, upcastMessage);
  const calls = upcastAll(memory.calls, deciders, upcastCall);
  return outbox === memory.outbox && calls === memory.calls ? memory : { ...memory, outbox, calls };
}

/**
 * A snapshot as this program would have stored it; undefined for one of a newer version, which is as good as none: the
 * journal has the truth.
 */
export function upcastSnapshot(snapshot: ActorSnapshot, decider: AnyDecider): ActorSnapshot | undefined {
  if (snapshot.version === decider.version) return snapshot;
  if (snapshot.version > decider.version) return undefined;
  const steps = stepsFrom(snapshot.version, decider);
  let { state } = snapshot;
  for (const step of steps) state = step.snapshot?.(state) ?? state;
  return { ...snapshot, version: decider.version, state, keys: upcastKeys(snapshot.keys, steps) };
}

function upcastEntry(entry: ActorEntry, decider: AnyDecider): ActorEntry {
  const steps = stepsFrom(entry.version, decider);
  let events = entry.events;
  for (const { event: upcast } of steps)
    if (upcast !== undefined) events = events.flatMap((event) => upcast(event));
  return { ...entry, version: decider.version, events, keys: upcastKeys(entry.keys, steps) };
}

function upcastMessage(message: SentMessage, decider: AnyDecider): SentMessage {
  let command: Typed = message.command;
  for (const step of stepsFrom(message.version, decider)) command = step.command?.(command) ?? command;
  return { ...message, version: decider.version, command };
}

function upcastCall(call: PlacedCall, decider: AnyDecider): PlacedCall {
  let request: Typed = call.request;
  for (const step of stepsFrom(call.version, decider)) request = step.request?.(request) ?? request;
  return { ...call, version: decider.version, request };
}

function upcastKeys(keys: readonly KeyRecord[], steps: readonly VersionStep[]): readonly KeyRecord[] {
  if (!steps.some(({ command }) => command !== undefined)) return keys;
  return keys.map((record) => ({ ...record, content: ANY_CONTENT }));
}

/** Something stored with the version of a kind. */
interface Versioned {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  readonly version: number;
}

/** The same list when nothing in it is older, as nearly always: recovery reads a hundred thousand of them. */
function upcastAll<Stored extends Versioned>(
  list: readonly Stored[],
  deciders: Deciders,
  upcast: (stored: Stored, decider: AnyDecider) => Stored,
): readonly Stored[] {
  if (list.every((stored) => isCurrent(stored, deciders.get(stored.kind)))) return list;
  return list.map((stored) => {
    const decider = deciders.get(stored.kind);
    return decider === undefined || isCurrent(stored, decider) ? stored : upcast(stored, decider);
  });
}

function isCurrent(stored: Versioned, decider: AnyDecider | undefined): boolean {
  if (decider === undefined || stored.version === decider.version) return true;
  if (stored.version > decider.version)
    throw new UnknownVersion(`${formatAddress(stored)} has something`, stored.version, decider);
  return false;
}

function stepsFrom(
  version: number,
  { kind, version: current, upcasters = [] }: AnyDecider,
): readonly VersionStep[] {
  assert(upcasters.length === current - 1, "not every older version has its step", kind, upcasters.length);
  return upcasters.slice(version - 1);
}
