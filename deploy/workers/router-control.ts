import type { Placement } from "../../engine/ports/placement-store.ts";

/** What the supervisor asks of every thread that sends to shards; each call may be awaited. */
export interface RouterControl {
  /** Goes on by this placement, unless it knows a newer one. */
  apply(placement: Placement): unknown;
  /** Keeps what is sent to these shards until that move of theirs is over. */
  hold(shards: readonly number[], move: number): unknown;
  /** That move is over. */
  release(shards: readonly number[], move: number): unknown;
}
