import type { Generator } from "../contract/testing/generator.ts";
import type { Placement, ShardPlace } from "../ports/placement-store.ts";
import type { LivingLane, PlanBasis, PlannedMove } from "../shards/plan.ts";
import { shardChangesOf } from "../shards/plan.ts";

/** How a random cluster may look. */
export interface ClusterShape {
  readonly shardsMax: number;
  readonly nodesMax: number;
  readonly lanesMax: number;
  /** Largest cost of a shard; 1 makes them all alike. */
  readonly costMax: number;
  /** Of 100 shards so many are pinned, and so many are nobody's or on a node that is gone. */
  readonly pinnedPercent: number;
  readonly lostPercent: number;
  readonly cordonedPercent: number;
  readonly capacities: readonly [number, ...number[]];
}

/** A cluster that has grown by chance. */
export function randomCluster(generator: Generator, shape: ClusterShape): PlanBasis {
  const lanes: LivingLane[] = [];
  const nodeCount = generator.between(1, shape.nodesMax);
  for (let number = 0; number < nodeCount; number += 1) {
    const cordoned = generator.chance(shape.cordonedPercent);
    const capacity = generator.pick(shape.capacities);
    const laneCount = generator.between(1, shape.lanesMax);
    for (let lane = 0; lane < laneCount; lane += 1)
      lanes.push({ node: `node-${number}`, lane, capacity, cordoned });
  }
  const shardCount = generator.between(1, shape.shardsMax);
  const shards = Array.from({ length: shardCount }, (): ShardPlace | undefined => {
    const pinned = generator.chance(shape.pinnedPercent);
    if (generator.chance(shape.lostPercent))
      return generator.chance(50) ? undefined : { node: "gone", lane: 0, pinned };
    const { node, lane } = generator.pick(lanes as [LivingLane, ...LivingLane[]]);
    return { node, lane, pinned };
  });
  const costs = shards.map(() => generator.between(1, shape.costMax));
  return { placement: { version: generator.below(1_000), shards }, lanes, costs };
}

/** The placement once the moves are made. */
export function placementAfter({ version, shards }: Placement, moves: readonly PlannedMove[]): Placement {
  const changed = [...shards];
  for (const { shard, node, lane, pinned } of shardChangesOf(moves)) changed[shard] = { node, lane, pinned };
  return { version: version + 1, shards: changed };
}

/** The load of a lane, counted anew. */
export function loadOf({ placement, costs = [] }: PlanBasis, lane: LivingLane): number {
  const cost = placement.shards.reduce(
    (sum, place, shard) =>
      place?.node === lane.node && place.lane === lane.lane ? sum + (costs[shard] ?? 1) : sum,
    0,
  );
  return cost / lane.capacity;
}
