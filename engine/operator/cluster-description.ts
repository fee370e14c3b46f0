import type { LanePlace } from "../ports/placement-store.ts";
import type { MemberCause, MemberState } from "../shards/member.ts";

/** One shard, for operators. */
export interface ShardDescription {
  readonly shard: number;
  /** Null: it has been given to nobody. */
  readonly place: LanePlace | null;
  readonly pinned: boolean;
  /** What it costs its lane, as a share of one core; null when nobody has measured it. */
  readonly load: number | null;
  /** How far its move is, and what holds it up; null while it does not move. */
  readonly move: { readonly phase: string; readonly trouble: string | null } | null;
}

/** One node, for operators. */
export interface NodeDescription {
  readonly node: string;
  /** As the coordinator sees it; `away`: it has not been heard of. */
  readonly state: MemberState | "away";
  /** Why it is seen so; null when it has not been heard of. */
  readonly cause: MemberCause | null;
  readonly cordoned: boolean;
  readonly draining: boolean;
  readonly lanes: number;
  /** By lane: the share of one core that its thread uses; null where it has not been measured. */
  readonly laneLoads: readonly (number | null)[];
  /** Version of its program; null when it says nothing. */
  readonly release: string | null;
  /** Shards that the placement gives to it. */
  readonly expectedShards: number;
  /** Shards that it serves, as it said last; null when it says nothing. */
  readonly servingShards: number | null;
}
