import { expect, test } from "bun:test";
import { Generator } from "../contract/testing/generator.ts";
import { formatLanePlace } from "../routing/lane-place.ts";
import { loadOf, placementAfter, randomCluster, type ClusterShape } from "../testing/random-cluster.ts";
import type { LivingLane, Plan, PlanBasis } from "./plan.ts";
import { planDrain, planMove, planOrphans, planRebalance } from "./planner.ts";

const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1);
const NO_LIMIT = { loadMax: Number.POSITIVE_INFINITY };

const SHAPE: ClusterShape = {
  shardsMax: 40,
  nodesMax: 6,
  lanesMax: 3,
  costMax: 20,
  pinnedPercent: 15,
  lostPercent: 15,
  cordonedPercent: 20,
  capacities: [1, 1, 2, 0.5, 0.3],
};

interface Planned {
  readonly seed: number;
  readonly basis: PlanBasis;
  readonly plan: Plan;
}

function balanceLimits(generator: Generator) {
  return { helpShareMin: generator.below(30) / 100, differenceShareMax: generator.below(100) / 100 };
}

/** A plan of each kind for many clusters. */
function* everyPlan(): Iterable<Planned> {
  for (const seed of SEEDS) {
    const generator = new Generator(seed);
    const basis = randomCluster(generator, SHAPE);
    const node = `node-${generator.below(SHAPE.nodesMax)}`;
    const shards = basis.placement.shards.flatMap((_, shard) => (generator.chance(30) ? [shard] : []));
    const loadMax = generator.chance(50) ? generator.between(5, 100) : NO_LIMIT.loadMax;
    const limits = { ...balanceLimits(generator), movesMax: generator.between(0, 20) };
    yield { seed, basis, plan: planOrphans(basis) };
    yield { seed, basis, plan: planDrain(basis, node, { loadMax }) };
    yield { seed, basis, plan: planMove(basis, shards, { node }, { loadMax }) };
    yield { seed, basis, plan: planRebalance(basis, limits) };
  }
}

function laneAt({ lanes }: PlanBasis, place: { node: string; lane: number }): LivingLane | undefined {
  return lanes.find((lane) => formatLanePlace(lane) === formatLanePlace(place));
}

test("a plan moves each shard at most once, from where it is to another living lane that takes shards", () => {
  let moves = 0;
  for (const { seed, basis, plan } of everyPlan()) {
    expect(plan.placementVersion).toBe(basis.placement.version);
    const named = [...plan.moves, ...plan.skipped].map(({ shard }) => shard);
    expect([seed, new Set(named).size]).toEqual([seed, named.length]);
    for (const { shard, from, to } of plan.moves) {
      moves += 1;
      const place = basis.placement.shards[shard];
      expect(from && formatLanePlace(from)).toEqual(place && formatLanePlace(place));
      expect(from).not.toEqual(to);
      expect(laneAt(basis, to)).toMatchObject({ cordoned: false });
    }
  }
  expect(moves).toBeGreaterThan(SEEDS.length);
});

test("pinned shards move only when somebody asks for it, or when their lane does not live", () => {
  for (const { basis, plan } of everyPlan()) {
    for (const { shard, reason, pinned } of plan.moves) {
      const wasPinned = basis.placement.shards[shard]?.pinned === true;
      if (reason === "asked") expect(pinned).toBe(true);
      else expect(pinned).toBe(wasPinned);
      if (reason === "drain" || reason === "balance") expect(wasPinned).toBe(false);
    }
  }
});

test("moves made in their order give the promised loads, and none is over its bound", () => {
  for (const { basis, plan } of everyPlan()) {
    let current = basis;
    for (const move of plan.moves) {
      const [source, target] = [move.from && laneAt(basis, move.from), laneAt(basis, move.to)];
      const next = { ...current, placement: placementAfter(current.placement, [move]) };
      const change = (lane: LivingLane) => ({ before: loadOf(current, lane), after: loadOf(next, lane) });
      expect(move.target.before).toBeCloseTo(change(target as LivingLane).before, 6);
      expect(move.target.after).toBeCloseTo(change(target as LivingLane).after, 6);
      expect(move.source?.before ?? -1).toBeCloseTo(source ? change(source).before : -1, 6);
      expect(move.source?.after ?? -1).toBeCloseTo(source ? change(source).after : -1, 6);
      current = next;
    }
  }
});

test("whatever a lane is asked to take, it is not loaded over the bound", () => {
  for (const seed of SEEDS) {
    const generator = new Generator(seed);
    const basis = randomCluster(generator, SHAPE);
    const loadMax = generator.between(5, 100);
    for (const { target } of planDrain(basis, "node-0", { loadMax }).moves)
      expect(target.after).toBeLessThanOrEqual(loadMax + 1e-6);
  }
});

test("after a fail-over and a drain nothing is where it must not be, unless the plan says so", () => {
  for (const seed of SEEDS) {
    const basis = randomCluster(new Generator(seed), SHAPE);
    const rescue = planOrphans(basis);
    const rescued = { ...basis, placement: placementAfter(basis.placement, rescue.moves) };
    const orphans = rescued.placement.shards.flatMap((place, shard) =>
      place === undefined || laneAt(basis, place) === undefined ? [shard] : [],
    );
    expect(orphans).toEqual(rescue.skipped.map(({ shard }) => shard).sort((left, right) => left - right));
    expect(planOrphans(rescued).moves).toEqual([]);

    const drain = planDrain(rescued, "node-0", NO_LIMIT);
    const drained = placementAfter(rescued.placement, drain.moves);
    const left = drained.shards.flatMap((place, shard) => (place?.node === "node-0" ? [shard] : []));
    expect(left).toEqual(drain.skipped.map(({ shard }) => shard).sort((one, other) => one - other));
  }
});

test("a rebalance makes no load higher than the highest was, and a second one moves nothing", () => {
  for (const seed of SEEDS) {
    const generator = new Generator(seed);
    const basis = randomCluster(generator, SHAPE);
    const limits = { ...balanceLimits(generator), movesMax: 1_000 };
    const plan = planRebalance(basis, limits);
    const balanced = { ...basis, placement: placementAfter(basis.placement, plan.moves) };
    const highest = (cluster: PlanBasis) => Math.max(...basis.lanes.map((lane) => loadOf(cluster, lane)));
    if (plan.moves.length > 0) expect(highest(balanced)).toBeLessThanOrEqual(highest(basis) + 1e-6);
    expect([seed, planRebalance(balanced, limits).moves]).toEqual([seed, []]);
  }
});

test("the same cluster has the same plan, in whatever order its lanes are named", () => {
  for (const { seed, basis } of everyPlan()) {
    const reversed = { ...basis, lanes: basis.lanes.toReversed() };
    const limits = { helpShareMin: 0.05, differenceShareMax: 0.2, movesMax: 10 };
    expect([seed, planRebalance(reversed, limits)]).toEqual([seed, planRebalance(basis, limits)]);
    expect(planOrphans(reversed)).toEqual(planOrphans(basis));
  }
});
