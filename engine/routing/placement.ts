import { assert } from "../contract/assert.ts";

/** Which lane of this node owns each shard. */
export interface Placement {
  readonly shardCount: number;
  readonly laneCount: number;
}

/** Spreads the shards evenly over the lanes. */
export function evenPlacement(shardCount: number, laneCount: number): Placement {
  assert(laneCount >= 1, "a node has at least one lane");
  assert(shardCount >= laneCount, "there are at least as many shards as lanes");
  return { shardCount, laneCount };
}

/** The lane that owns a shard. */
export function laneOf(placement: Placement, shard: number): number {
  return shard % placement.laneCount;
}

/** The shards that a lane owns, ascending. */
export function shardsOf(placement: Placement, lane: number): readonly number[] {
  const shards: number[] = [];
  for (let shard = lane; shard < placement.shardCount; shard += placement.laneCount) shards.push(shard);
  return shards;
}
