import type { LanePlace, Placement, ShardChange } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
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

/**
 * Gives the shards of a move to one of its ends, as long as they are at either; others have been given to somebody else since it was
 * planned. `pinned` are those that were pinned before the move: it pins only what somebody has asked to have at its target.
 */
export function placeChanges(
  move: LaneMove,
  at: HandOverEnd,
  { shards }: Placement,
  pinned: ReadonlySet<number>,
): readonly ShardChange[] {
  const { node, lane } = at === "target" ? move.to : move.from;
  return move.shards.flatMap((shard) => {
    const place = shards[shard];
    if (place === undefined || !isAtAnEnd(move, place)) return [];
    // Whoever pins or unpins a shard while it moves means where it will be.
    const isAsked = move.reason === "asked" && !isSamePlace(place, { node, lane });
    const isPinned = at === "target" ? move.pinned : pinned.has(shard);
    return [{ shard, node, lane, pinned: isAsked ? isPinned : place.pinned }];
  });
}

/** Whether a place is where the move begins or ends. */
export function isAtAnEnd({ from, to }: LaneMove, place: LanePlace | undefined): boolean {
  return isSamePlace(place, from) || isSamePlace(place, to);
}
