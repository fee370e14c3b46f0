import type { LanePlace, Placement, ShardChange } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";

/** A lane of a node that lives. */
export interface LivingLane extends LanePlace {
  /** How much work it shall carry compared with the others, more than 0. */
  readonly capacity: number;
  /** Takes no further shards: its node is cordoned or draining. */
  readonly cordoned: boolean;
}

/** Whether the lane at that place lives, and takes shards. */
export function takesShards(lanes: readonly LivingLane[], place: LanePlace): boolean {
  return lanes.some((lane) => isSamePlace(lane, place) && !lane.cordoned);
}

/** What a plan is made from. */
export interface PlanBasis {
  readonly placement: Placement;
  readonly lanes: readonly LivingLane[];
  /** What each shard costs, by shard, 0 or more; 1 where it is not known. */
  readonly costs?: readonly (number | undefined)[];
  /** What a shard counts for beside that when places are compared: who is idle now may have work tomorrow. 0 if left out. */
  readonly idleCost?: number;
}

/** Why a shard moves: its lane does not live, its node is drained, it balances the loads, or somebody asked for it. */
export type MoveReason = "orphan" | "drain" | "balance" | "asked";

/** Why a shard stays, though it was asked for or would have to go. */
export type SkipReason =
  | "PINNED"
  /** No lane takes further shards, or none without being overloaded. */
  | "NO_CAPACITY"
  /** The lane or the node that was asked for takes no further shards. */
  | "CORDONED"
  | "SAME_PLACE"
  /** It is where it was asked to be already, and is pinned from then on, as one that moves is. */
  | "PINNED_IN_PLACE"
  | "NO_SUCH_LANE"
  | "NO_SUCH_SHARD";

/** The load of a lane (cost divided by capacity) before and after one move, when moves are made in the plan's order. */
export interface LoadChange {
  readonly before: number;
  readonly after: number;
}

/** One shard that is to move. */
export interface PlannedMove {
  readonly shard: number;
  /** Undefined: it is nobody's. */
  readonly from: LanePlace | undefined;
  readonly to: LanePlace;
  readonly reason: MoveReason;
  /** Whether it is pinned once it is there. */
  readonly pinned: boolean;
  /** Undefined when the lane that it comes from does not live. */
  readonly source: LoadChange | undefined;
  readonly target: LoadChange;
}

/** One shard that stays. */
export interface SkippedShard {
  readonly shard: number;
  /** Where it stays; undefined: it is nobody's. */
  readonly at: LanePlace | undefined;
  readonly reason: SkipReason;
}

/** What is to be done, in this order. */
export interface Plan {
  /** The version of the placement that the plan was made for. */
  readonly placementVersion: number;
  readonly moves: readonly PlannedMove[];
  readonly skipped: readonly SkippedShard[];
}

/** How the placement changes when these moves are made. */
export function shardChangesOf(moves: readonly PlannedMove[]): readonly ShardChange[] {
  return moves.map(({ shard, to, pinned }) => ({ shard, node: to.node, lane: to.lane, pinned }));
}
