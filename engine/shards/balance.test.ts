import { expect, test } from "bun:test";
import { Generator } from "../contract/testing/generator.ts";
import type { ShardPlace } from "../ports/placement-store.ts";
import { loadOf, placementAfter, randomCluster } from "../testing/random-cluster.ts";
import type { PlanBasis } from "./plan.ts";
import { planRebalance } from "./planner.ts";

const SEED_COUNT = 700;
const ROUNDING = 1e-9;
const SHAPE = {
  shardsMax: 7,
  nodesMax: 3,
  lanesMax: 1,
  pinnedPercent: 15,
  lostPercent: 0,
  cordonedPercent: 15,
} as const;

/** The loads of all lanes, the highest first. */
function sortedLoads(basis: PlanBasis): readonly number[] {
  return basis.lanes.map((lane) => loadOf(basis, lane)).sort((left, right) => right - left);
}

/** Whether loads are as well balanced as others: the highest is no higher, of equal ones the second, and so on. */
function asBalanced(loads: readonly number[], others: readonly number[]): boolean {
  const differing = loads.findIndex((load, index) => Math.abs(load - (others[index] ?? 0)) > ROUNDING);
  return differing < 0 || (loads[differing] ?? 0) < (others[differing] ?? 0);
}

/** The fewest moves to loads that are as well balanced: all ways to place all shards are tried. */
function fewestMoves(basis: PlanBasis, loads: readonly number[]): number {
  const shards: (ShardPlace | undefined)[] = [...basis.placement.shards];
  let fewest = Number.POSITIVE_INFINITY;
  const tryFrom = (shard: number, moves: number): void => {
    if (moves >= fewest) return;
    const home = basis.placement.shards[shard];
    if (shard === shards.length) {
      if (asBalanced(sortedLoads({ ...basis, placement: { version: 0, shards } }), loads)) fewest = moves;
      return;
    }
    tryFrom(shard + 1, moves);
    if (home?.pinned === true) return;
    for (const { node, lane, cordoned } of basis.lanes) {
      if (cordoned || node === home?.node) continue;
      shards[shard] = { node, lane, pinned: false };
      tryFrom(shard + 1, moves + 1);
    }
    shards[shard] = home;
  };
  tryFrom(0, 0);
  return fewest;
}

/** How many moves each plan has beyond the fewest that do as well. */
function excessMoves(costMax: number, capacities: readonly [number, ...number[]]): readonly number[] {
  return Array.from({ length: SEED_COUNT }, (_, seed) => {
    const basis = randomCluster(new Generator(seed), { ...SHAPE, costMax, capacities });
    const { moves } = planRebalance(basis, {
      helpShareMin: 0,
      differenceShareMax: 0,
      movesMax: SHAPE.shardsMax,
    });
    const loads = sortedLoads({ ...basis, placement: placementAfter(basis.placement, moves) });
    return moves.length - fewestMoves(basis, loads);
  });
}

test.each([1, 3])("no plan does as well with fewer moves where shards cost 1 to %d", (costMax) => {
  expect(excessMoves(costMax, [1]).filter((excess) => excess > 0)).toEqual([]);
});

test("where costs and capacities are any, hardly a plan could do as well with fewer moves", () => {
  for (const capacities of [[1], [1, 2, 0.5]] as const) {
    const excess = excessMoves(20, [...capacities]).filter((each) => each > 0);
    expect(excess.length).toBeLessThan(SEED_COUNT / 100);
    expect(Math.max(0, ...excess)).toBeLessThanOrEqual(2);
  }
});

test.each([432, 1_194, 2_301])(
  "a shard that comes home while loads are balanced does not move (%d)",
  (seed) => {
    const shape = { shardsMax: 12, nodesMax: 4, lanesMax: 2, costMax: 20 };
    const percents = { pinnedPercent: 5, lostPercent: 0, cordonedPercent: 5 };
    const capacities = [1, 2, 0.5, 0.3] as const;
    const basis = randomCluster(new Generator(seed), { ...shape, ...percents, capacities });
    const { moves } = planRebalance(basis, { helpShareMin: 0, differenceShareMax: 0, movesMax: 100 });
    expect(moves.length).toBeGreaterThan(0);
    for (const { from, to } of moves) expect(from).not.toEqual(to);
  },
);
