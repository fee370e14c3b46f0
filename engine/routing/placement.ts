import type { LanePlace, Placement } from "../ports/placement-store.ts";

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
