import type { LanePlace } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import type { PhasesMs } from "./phase-times.ts";
import type { MoveReason, PlannedMove, SkippedShard } from "./plan.ts";

/** How far the move of one shard is. `skipped`: there was nothing to move, or nowhere to move it to. */
export type MoveStatus = "waiting" | "moving" | "moved" | "undone" | "skipped";

/** One shard's move within an operation, as it is stored. */
export interface MoveProgress {
  readonly shard: number;
  readonly from: LanePlace;
  readonly to: LanePlace;
  readonly reason: MoveReason;
  /** Whether it is pinned once it is there. */
  readonly pinned: boolean;
  readonly status: MoveStatus;
  /** How long clients of the shard waited, milliseconds; null until it has moved. */
  readonly pauseMs: number | null;
  /** How long the hand-over that moved it was in each phase, milliseconds; absent until it has moved. */
  readonly phasesMs?: PhasesMs;
  /** What went wrong last; of a shard that has moved: that some node never answered. */
  readonly trouble: string | null;
}

/** Where an operation is: what the next coordinator needs to go on. */
export interface OperationState {
  /** Who wants it to end; null while nobody does. */
  readonly cancelledBy: string | null;
  readonly moves: readonly MoveProgress[];
  /** Shards that had to move and cannot, by the newest plan. */
  readonly left: readonly SkippedShard[];
}

/** The moves of an operation, and the shards that had to move and cannot. */
export type PlannedMoves = Pick<OperationState, "moves" | "left">;

/** What is kept of the plan of an operation. */
export interface StoredPlan {
  readonly moves: readonly Pick<PlannedMove, "shard" | "from" | "to" | "reason" | "pinned">[];
  readonly skipped: readonly SkippedShard[];
}

/** What a plan begins with. Shards that nobody has are given away by fail-over, not moved. */
export function plannedState({ moves, skipped }: StoredPlan): PlannedMoves {
  return {
    moves: moves.flatMap(({ shard, from, to, reason, pinned }) =>
      from === undefined
        ? []
        : [{ shard, from, to, reason, pinned, status: "waiting", pauseMs: null, trouble: null }],
    ),
    left: skipped.filter(({ reason }) => reason !== "SAME_PLACE" && reason !== "PINNED_IN_PLACE"),
  };
}

/** Moves that can be handed over together: same ends, same reason. At most `countMax`; the first ones. */
export function nextTogether(moves: readonly MoveProgress[], countMax: number): readonly MoveProgress[] {
  const [first] = moves;
  if (first === undefined) return [];
  return moves.filter((move) => isTogether(first, move)).slice(0, countMax);
}

function isTogether(one: MoveProgress, other: MoveProgress): boolean {
  return (
    one.reason === other.reason &&
    one.pinned === other.pinned &&
    isSamePlace(one.from, other.from) &&
    isSamePlace(one.to, other.to)
  );
}
