import { standingOf, type Standing } from "../../protocol/queue-standing.ts";
import type { QueueView } from "../../protocol/views.ts";

/** What the waiting room of a sale is to one shopper at one moment. */
export type QueueSituation =
  /** Nothing is known of it yet. */
  | { readonly type: "unknown" }
  /** There is none, or none yet. */
  | { readonly type: "closed" }
  | { readonly type: "opening"; readonly opensAtMs: number }
  /** The shopper may join; `gathered` are there before the start, and later wait before them. */
  | {
      readonly type: "open";
      readonly hasStarted: boolean;
      readonly others: number;
      readonly waitMs: number | null;
    }
  | Standing;

/**
 * What the queue is at `nowMs` to whoever has that number; undefined for none.
 * @param queue null where there is none, undefined while nobody knows
 */
export function situationOf(
  queue: QueueView | null | undefined,
  number: number | undefined,
  nowMs: number,
): QueueSituation {
  if (queue === undefined) return { type: "unknown" };
  if (queue === null) return { type: "closed" };
  if (number !== undefined) return standingOf(queue, number, nowMs);
  if (nowMs >= queue.endsAtMs) return { type: "over" };
  if (nowMs < queue.opensAtMs) return { type: "opening", opensAtMs: queue.opensAtMs };
  // Whoever comes next is behind all who have come.
  const next = standingOf(queue, queue.issued, nowMs);
  if (next.type === "gathering")
    return { type: "open", hasStarted: false, others: queue.issued, waitMs: null };
  if (next.type !== "waiting") return { type: "open", hasStarted: true, others: 0, waitMs: 0 };
  const waitMs = next.turnAtMs === null ? null : next.turnAtMs - nowMs;
  return { type: "open", hasStarted: true, others: next.ahead, waitMs };
}

/** How long the shopper waits as far as that is known, milliseconds; null where nobody is let in, or nobody knows. */
export function waitMsOf(situation: QueueSituation, nowMs: number): number | null {
  if (situation.type === "open") return situation.waitMs;
  if (situation.type !== "waiting" || situation.turnAtMs === null) return null;
  return situation.turnAtMs - nowMs;
}
