import { assert } from "../contract/assert.ts";
import type { Placement, ShardPlace } from "../ports/placement-store.ts";

/** A placement that spreads the shards evenly over the lanes of one node. */
export function evenPlacement(shardCount: number, laneCount: number, node = "node"): Placement {
  assert(laneCount >= 1, "a node has at least one lane");
  assert(shardCount >= laneCount, "there are at least as many shards as lanes");
  const places = Array.from({ length: laneCount }, (_, lane) => ({ node, lane, pinned: false }));
  const shards = Array.from({ length: shardCount }, (_, shard) => places[shard % laneCount] as ShardPlace);
  return { version: 1, shards };
}
