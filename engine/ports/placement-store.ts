/** A lane of a node: where shards can be. */
export interface LanePlace {
  readonly node: string;
  /** Number of the lane within its node, from 0. */
  readonly lane: number;
}

/** Where one shard belongs. */
export interface ShardPlace extends LanePlace {
  /** Somebody wants it there: balancing leaves it alone. */
  readonly pinned: boolean;
}

/** Which lane should have which shard. Who has it, as the journal sees it, is decided by epochs alone. */
export interface Placement {
  /** Grows with each change; 0 when nobody has been given anything. */
  readonly version: number;
  /** By shard; undefined: nobody. */
  readonly shards: readonly (ShardPlace | undefined)[];
}
