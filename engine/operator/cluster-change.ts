/** What operators can have changed in a cluster. */
export type ClusterChange =
  /** Moves shards to a lane, or to the lanes of a node that have the least to do, and pins them there. */
  | {
      readonly type: "MoveShards";
      readonly shards: readonly number[];
      readonly node: string;
      /** Null: any lane of the node. */
      readonly lane: number | null;
    }
  /** Balancing leaves the shards where they are. */
  | { readonly type: "PinShards"; readonly shards: readonly number[] }
  | { readonly type: "UnpinShards"; readonly shards: readonly number[] }
  | { readonly type: "Rebalance" }
  /** The node takes no further shards. */
  | { readonly type: "CordonNode"; readonly node: string }
  /** The node gives its shards away, and takes none. */
  | { readonly type: "DrainNode"; readonly node: string }
  /** The node takes shards again. */
  | { readonly type: "UndrainNode"; readonly node: string }
  | { readonly type: "SuspendRebalancing" }
  | { readonly type: "ResumeRebalancing" };

/** A change that an operation carries out step by step… */
export type MovingChange = Extract<ClusterChange, { type: "MoveShards" | "Rebalance" | "DrainNode" }>;

/** …and one that moves nothing. */
export type ChangeAtOnce = Exclude<ClusterChange, MovingChange>;

/** Why a change is not begun: nothing was changed. */
export interface Precheck {
  /** Stable, machine-readable, such as `UNKNOWN_NODE` or `NO_CAPACITY`. */
  readonly code: string;
  /** One sentence for people. */
  readonly detail: string;
  /** The field of the change that it is about. */
  readonly field: string;
}
