import { assert } from "../contract/assert.ts";
import type { LanePlace, Placement, ShardPlace } from "../ports/placement-store.ts";

/** Spreads the shards evenly over the lanes of one node: its first placement, and the only one of a node that is alone. */
export function evenPlacement(shardCount: number, laneCount: number, node = "node"): Placement {
  assert(laneCount >= 1, "a node has at least one lane");
  assert(shardCount >= laneCount, "there are at least as many shards as lanes");
  const places = Array.from({ length: laneCount }, (_, lane) => ({ node, lane, pinned: false }));
  const shards = Array.from({ length: shardCount }, (_, shard) => places[shard % laneCount] as ShardPlace);
  return { version: 1, shards };
}

/** What a router begins with that has not been told of any placement: all that is sent waits. */
export function unknownPlacement(shardCount: number): Placement {
  return { version: 0, shards: Array.from({ length: shardCount }, () => undefined) };
}

/** The shards that belong to a lane, ascending. */
export function shardsAt({ shards }: Placement, place: LanePlace): readonly number[] {
  return [...shards.keys()].filter((shard) => isSamePlace(shards[shard], place));
}

/** Whether both are the same lane of the same node, or both nowhere. */
export function isSamePlace(one: LanePlace | undefined, other: LanePlace | undefined): boolean {
  return one?.node === other?.node && one?.lane === other?.lane;
}
