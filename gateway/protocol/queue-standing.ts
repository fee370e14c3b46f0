import { reachedAt, turnAtMs } from "../../engine/contract/waiting-line.ts";
import { shuffledPlace } from "./queue-place.ts";
import type { QueueView } from "./views.ts";

/** Where somebody with a number stands in the queue of a sale. */
export type Standing =
  /** The sale has not started: nobody has a place yet, whenever they came. */
  | { readonly type: "gathering"; readonly startsAtMs: number }
  /** `ahead` people are let in before; `turnAtMs` is when it comes as fast as the queue moves now, null while it does not. */
  | { readonly type: "waiting"; readonly ahead: number; readonly turnAtMs: number | null }
  /** May buy until then. */
  | { readonly type: "let_in"; readonly untilMs: number }
  /** Has had the time to buy, and may join again, behind all others. */
  | { readonly type: "passed" }
  /** The sale is over. */
  | { readonly type: "over" };

/** Where the number stands at `nowMs`, by the shop's clock. The same function decides in the gateway who may buy. */
export function standingOf(queue: QueueView, number: number, nowMs: number): Standing {
  const { shuffle, line, admissionMs, startsAtMs, endsAtMs } = queue;
  if (nowMs >= endsAtMs) return { type: "over" };
  if (shuffle === null) return { type: "gathering", startsAtMs };
  const place = placeOf(number, shuffle);
  if (place < line.passed) return { type: "passed" };
  const turn = turnAtMs(line, place);
  // Whom a new line begins with was let in before: this clock may be behind the one that it was begun by.
  if (turn > nowMs && place + 1 > line.base) {
    const ahead = place - Math.min(place, Math.floor(reachedAt(line, nowMs)));
    return { type: "waiting", ahead, turnAtMs: Number.isFinite(turn) ? turn : null };
  }
  const untilMs = turn + admissionMs;
  return untilMs > nowMs ? { type: "let_in", untilMs: Math.min(untilMs, endsAtMs) } : { type: "passed" };
}

/** Whether the number had its turn before the queue ended. */
export function wasLetIn({ shuffle, line, endsAtMs }: QueueView, number: number): boolean {
  return shuffle !== null && placeOf(number, shuffle) + 1 <= reachedAt(line, endsAtMs);
}

function placeOf(number: number, shuffle: NonNullable<QueueView["shuffle"]>): number {
  return number < shuffle.size ? shuffledPlace(number, shuffle) : number;
}

/** How many of those who came have been let in at `nowMs`. */
export function letInCount({ shuffle, line, issued }: QueueView, nowMs: number): number {
  return shuffle === null ? 0 : Math.min(issued, Math.floor(reachedAt(line, nowMs)));
}
