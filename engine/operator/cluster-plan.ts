import type { PlannedMove, SkippedShard } from "../shards/plan.ts";
import type { ClusterChange, Precheck } from "./cluster-change.ts";

/** What a change would do. */
export interface ClusterPlan {
  /** The same for the same plan of the same placement. */
  readonly id: string;
  /** The version of the placement that it was made for. */
  readonly version: number;
  readonly change: ClusterChange;
  /** Why it would be refused; empty: it would be carried out. */
  readonly prechecks: readonly Precheck[];
  readonly moves: readonly PlannedMove[];
  readonly skipped: readonly SkippedShard[];
  /** Why there is nothing to do; null when there is, or when it would be refused. */
  readonly nothing: string | null;
  /** How long clients of a shard will wait, milliseconds, by the moves that were measured last; null when none was. */
  readonly pauseMs: number | null;
  /** Shards that move at the same time. */
  readonly shardsAtOnceMax: number;
}

/** Gives a plan its id: a 64-bit xxHash of what it says, in base 36. */
export function identifiedPlan(plan: Omit<ClusterPlan, "id">): ClusterPlan {
  const { version, change, moves, skipped } = plan;
  const said = JSON.stringify([
    version,
    change,
    moves.map(({ shard, to }) => [shard, to.node, to.lane]),
    skipped,
  ]);
  return { id: `p-${Bun.hash.xxHash64(said).toString(36)}`, ...plan };
}
