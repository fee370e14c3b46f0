import type { LanePlace, ShardChange } from "../ports/placement-store.ts";
import type { HandOverEnd } from "./hand-over.ts";

/** Shards that are to move from one lane to another. */
export interface LaneMove {
  /** Grows with each move in the cluster, also over coordinators. */
  readonly number: number;
  readonly shards: readonly number[];
  readonly from: LanePlace;
  readonly to: LanePlace;
  /** Whether they are pinned once they are there. */
  readonly pinned: boolean;
  readonly reason: string;
  readonly askedBy: string;
}

/** Gives the shards of a move to one of its ends. `pinned` are those that were pinned before the move. */
export function placeChanges(
  move: LaneMove,
  at: HandOverEnd,
  pinned: ReadonlySet<number>,
): readonly ShardChange[] {
  const { node, lane } = at === "target" ? move.to : move.from;
  return move.shards.map((shard) => ({
    shard,
    node,
    lane,
    pinned: at === "target" ? move.pinned : pinned.has(shard),
  }));
}
