import { expect, test } from "bun:test";
import { Generator } from "../contract/testing/generator.ts";
import type { Placement } from "../ports/placement-store.ts";
import { loadOf, placementAfter } from "../testing/random-cluster.ts";
import type { LivingLane, PlanBasis } from "./plan.ts";
import { defaultRebalancerLimits, Rebalancer } from "./rebalancer.ts";
import type { RebalancerView } from "./rebalancer.ts";
import { defaultCostLimits, ShardCosts } from "./shard-costs.ts";

const LIMITS = defaultRebalancerLimits;
const { cooldownMs, steadyMs } = LIMITS;
const SECOND_MS = 1_000;

const lanes = (count: number): readonly LivingLane[] =>
  Array.from({ length: count }, (_, lane) => ({ node: "a", lane, capacity: 1, cordoned: false }));

/** Shards of the same work: three quarters on lane 0 and a quarter on lane 1. */
function lopsided(count = 8): PlanBasis {
  const shards = Array.from({ length: count }, (_, shard) => ({
    node: "a",
    lane: shard < (count * 3) / 4 ? 0 : 1,
    pinned: false,
  }));
  return { placement: { version: 1, shards }, lanes: lanes(2), costs: shards.map(() => 0.1) };
}

/** A cluster that is looked at every second. */
class Watch {
  readonly rebalancer = new Rebalancer(LIMITS);
  nowMs = 1_000_000;
  view: RebalancerView;
  /** Shards that were moved, and when. */
  readonly moved: { readonly shard: number; readonly atMs: number }[] = [];

  constructor(basis: PlanBasis) {
    this.view = { basis, operationRuns: false, isAnySuspect: false, isSuspended: false };
  }

  look(): string {
    this.nowMs += SECOND_MS;
    const advice = this.rebalancer.advise(this.view, this.nowMs);
    if (advice.type === "rest") return advice.because;
    this.placement = placementAfter(this.placement, advice.plan.moves);
    for (const { shard } of advice.plan.moves) this.moved.push({ shard, atMs: this.nowMs });
    return `${advice.plan.moves.length} moves`;
  }

  /** Looks for so long, and tells what was heard, without repetitions. */
  lookFor(forMs: number): readonly string[] {
    const heard: string[] = [];
    for (let passedMs = 0; passedMs < forMs; passedMs += SECOND_MS) {
      const now = this.look();
      if (heard.at(-1) !== now) heard.push(now);
    }
    return heard;
  }

  get placement(): Placement {
    return this.view.basis.placement;
  }

  set placement(placement: Placement) {
    this.view = { ...this.view, basis: { ...this.view.basis, placement } };
  }
}

test("loads that stay out of balance are balanced once, after everything has been quiet for a while", () => {
  const watch = new Watch(lopsided());
  expect(watch.lookFor(cooldownMs + steadyMs)).toEqual(["cooldown", "unsteady"]);
  expect(watch.lookFor(600_000)).toEqual(["2 moves", "cooldown", "balanced"]);
});

test("once begun, loads are balanced well, a few shards at a time, so that little noise does not begin again", () => {
  const shards = Array.from({ length: 24 }, (_, shard) => ({
    node: "a",
    lane: shard < 18 ? 0 : 1,
    pinned: false,
  }));
  const watch = new Watch({
    placement: { version: 1, shards },
    lanes: lanes(2),
    costs: shards.map(() => 0.02),
  });
  const heard = watch.lookFor(600_000).filter((each) => each.endsWith("moves"));
  expect(heard).toEqual(["6 moves"]);
});

test("more shards than may move at once follow after a pause each, without the long wait, and not too many in a minute", () => {
  const shards = Array.from({ length: 96 }, () => ({ node: "a", lane: 0, pinned: false }));
  const watch = new Watch({
    placement: { version: 1, shards },
    lanes: lanes(2),
    costs: shards.map(() => 0.005),
  });
  watch.lookFor(cooldownMs + steadyMs);
  const startedAtMs = watch.nowMs;
  // Half of them, but for what makes no difference.
  expect(watch.lookFor(600_000).at(-1)).toBe("balanced");
  expect(watch.moved.length).toBeGreaterThanOrEqual(40);
  const batches = [...Map.groupBy(watch.moved, ({ atMs }) => atMs).entries()];
  for (const [atMs, moves] of batches) {
    expect(moves.length).toBeLessThanOrEqual(LIMITS.balance.movesMax);
    const withinMinute = watch.moved.filter((move) => move.atMs <= atMs && atMs - move.atMs < 60_000);
    expect(withinMinute.length).toBeLessThanOrEqual(LIMITS.movesPerMinuteMax);
  }
  expect(Math.max(...batches.map(([atMs]) => atMs)) - startedAtMs).toBeLessThan(150_000);
});

/** Ten lanes with eight shards each, and one without. */
function withNewcomer(cost: number, newcomer: Partial<LivingLane> = {}): PlanBasis {
  const shards = Array.from({ length: 80 }, (_, shard) => ({ node: "a", lane: shard % 10, pinned: false }));
  const all = [...lanes(10), { node: "b", lane: 0, capacity: 1, cordoned: false, ...newcomer }];
  return { placement: { version: 1, shards }, lanes: all, costs: shards.map(() => cost), idleCost: 0.01 };
}

test.each([
  ["busy", 0.1],
  ["idle", 0],
])(
  "a lane that has nothing gets its part among many that are %s, though none of them is far above the mean",
  (_, cost) => {
    const watch = new Watch(withNewcomer(cost));
    watch.lookFor(600_000);
    const got = watch.placement.shards.filter((place) => place?.node === "b").length;
    expect(got).toBeGreaterThanOrEqual(5);
    expect(got).toBeLessThanOrEqual(8);
    expect(watch.moved).toHaveLength(got);
  },
);

test.each([
  ["busy", 0.1],
  ["idle", 0],
])("what cannot be moved is tried again after a pause each time, in a cluster that is %s", (_, cost) => {
  const watch = new Watch(withNewcomer(cost));
  watch.lookFor(cooldownMs + steadyMs);
  const { placement } = watch;
  const heard: string[] = [];
  for (let second = 0; second < 120; second += 1) {
    heard.push(watch.look());
    // The moves have failed, every time.
    watch.view = { ...watch.view, basis: { ...watch.view.basis, placement } };
  }
  const plans = heard.filter((each) => each.endsWith("moves")).length;
  expect(plans).toBeLessThanOrEqual(120_000 / cooldownMs + 1);
});

test("a lane that takes no shards is not short of them", () => {
  const watch = new Watch(withNewcomer(0.1, { cordoned: true }));
  expect(watch.lookFor(600_000)).toEqual(["cooldown", "balanced"]);
});

test("loads that are out of balance for moments only are left alone", () => {
  const watch = new Watch(lopsided());
  const even = lopsided().placement.shards.map((_, shard) => (shard < 6 ? 0.1 : 0.3));
  for (let round = 0; round < 40; round += 1) {
    const costs = round % 2 === 0 ? even : lopsided().costs;
    watch.view = { ...watch.view, basis: { ...watch.view.basis, ...(costs && { costs }) } };
    watch.lookFor(steadyMs - SECOND_MS);
  }
  expect(watch.moved).toEqual([]);
});

test.each([
  ["isSuspended", "suspended"],
  ["operationRuns", "operation"],
  ["isAnySuspect", "suspect"],
] as const)("nothing moves while %s, and afterwards the wait begins anew", (field, because) => {
  const watch = new Watch(lopsided());
  watch.lookFor(cooldownMs + steadyMs);
  watch.view = { ...watch.view, [field]: true };
  expect(watch.lookFor(600_000)).toEqual([because]);
  watch.view = { ...watch.view, [field]: false };
  expect(watch.lookFor(steadyMs)).toEqual(["unsteady"]);
  expect(watch.look()).toBe("2 moves");
});

test("a cluster with little to do is left alone, however uneven", () => {
  const watch = new Watch({ ...lopsided(), costs: Array.from({ length: 8 }, () => 0.01) });
  expect(watch.lookFor(600_000)).toEqual(["balanced"]);
});

test("an idle cluster gives a lane that has come all of its part at once, whatever has just moved", () => {
  const shards = Array.from({ length: 90 }, (_, shard) => ({ node: "a", lane: shard % 2, pinned: false }));
  const costs = shards.map(() => 0.0001);
  const watch = new Watch({ placement: { version: 1, shards }, lanes: lanes(2), costs, idleCost: 0.003 });
  watch.look();
  const crossed = shards.map((place) => ({ ...place, lane: 1 - place.lane }));
  const basis = { ...watch.view.basis, placement: { version: 2, shards: crossed }, lanes: lanes(3) };
  watch.view = { ...watch.view, basis };
  expect(watch.lookFor(LIMITS.idleSteadyMs)).toEqual(["unsteady"]);
  watch.look();
  expect(watch.moved.length).toBeGreaterThanOrEqual(24);
  expect(watch.lookFor(600_000)).toEqual(["cooldown", "balanced"]);
  expect(watch.moved.length).toBeLessThanOrEqual(30);
});

test("pinned shards are never moved; when nothing else helps, nothing moves", () => {
  const basis = lopsided();
  const shards = basis.placement.shards.map((place) => place && { ...place, pinned: true });
  const watch = new Watch({ ...basis, placement: { version: 1, shards } });
  expect(watch.lookFor(cooldownMs + 3 * steadyMs)).toEqual([
    "cooldown",
    "unsteady",
    "nothingHelps",
    "unsteady",
    "nothingHelps",
    "unsteady",
  ]);
});

test("what somebody else has just moved is not moved back, pinned or not", () => {
  const watch = new Watch(lopsided());
  watch.look();
  const { version, shards } = watch.placement;
  watch.placement = { version: version + 1, shards: shards.map((place) => place && { ...place, lane: 1 }) };
  watch.lookFor(LIMITS.shardRestMs - SECOND_MS);
  // These two were there before.
  expect(watch.moved.map(({ shard }) => shard)).toEqual([6, 7]);
  watch.lookFor(steadyMs + 3 * SECOND_MS);
  expect(watch.moved.length).toBeGreaterThan(2);
});

test("a fail-over is not followed by moves at once: no more shards move per minute than may, whoever moves them", () => {
  const watch = new Watch(lopsided(40));
  watch.lookFor(cooldownMs + steadyMs - SECOND_MS);
  const { version, shards } = watch.placement;
  const failedOver = shards.map((place, shard) => place && { ...place, lane: shard < 35 ? 1 : 0 });
  watch.placement = { version: version + 1, shards: failedOver };
  expect(watch.lookFor(60_000)).toEqual(["cooldown", "capped"]);
});

test("a pin alone is no move", () => {
  const watch = new Watch(lopsided());
  watch.lookFor(cooldownMs);
  const { version, shards } = watch.placement;
  watch.placement = { version: version + 1, shards: shards.with(0, { node: "a", lane: 0, pinned: true }) };
  expect(watch.look()).toBe("unsteady");
});

test("a clock that is set back stops nothing for longer than the wait", () => {
  const watch = new Watch(lopsided());
  watch.lookFor(cooldownMs);
  watch.nowMs -= 900_000;
  expect(
    watch.lookFor(cooldownMs + steadyMs + 3 * SECOND_MS).filter((heard) => heard === "2 moves"),
  ).toHaveLength(1);
});

test("noise moves hardly anything: shards find their places within minutes, and stay there for hours", () => {
  let lateMoves = 0;
  for (let seed = 1; seed <= 8; seed += 1) {
    const generator = new Generator(seed);
    const shardCount = 64;
    // A few shards have most of the work.
    const work = Array.from(
      { length: shardCount },
      (_, shard) => generator.between(50, 100) / 100 / (shard + 4),
    );
    const shards = work.map(() => ({ node: "a", lane: generator.below(2), pinned: false }));
    const costs = new ShardCosts(shardCount, defaultCostLimits);
    const watch = new Watch({ placement: { version: 1, shards }, lanes: lanes(4), costs: work });
    const startedAtMs = watch.nowMs;
    for (let second = 0; second < 2 * 3_600; second += 1) {
      const measured = work.map((mean, shard) => ({
        shard,
        // Half as much to half as much again, and now and then four times as much.
        cost: mean * (generator.chance(1) ? 4 : generator.between(50, 150) / 100),
      }));
      costs.observe(measured, watch.nowMs);
      watch.view = { ...watch.view, basis: { ...watch.view.basis, costs: costs.costs() } };
      watch.look();
    }
    lateMoves += watch.moved.filter(({ atMs }) => atMs - startedAtMs > 1_800_000).length;
    expect(new Set(watch.moved.map(({ shard }) => shard)).size).toBe(watch.moved.length);
    const loads = lanes(4).map((lane) => loadOf({ ...watch.view.basis, costs: work }, lane));
    const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
    expect(Math.max(...loads)).toBeLessThan(mean * (1 + LIMITS.imbalanceMax));
  }
  // In the last hours of all eight clusters together.
  expect(lateMoves).toBeLessThanOrEqual(2);
});

test("a load that wanders from lane to lane is not followed for ever", () => {
  const basis = lopsided();
  const watch = new Watch({ ...basis, lanes: lanes(4) });
  const hours = 3;
  for (let minute = 0; minute < hours * 60; minute += 1) {
    const hot = minute % 8;
    const costs = basis.placement.shards.map((_, shard) => (shard === hot ? 0.9 : 0.1));
    watch.view = { ...watch.view, basis: { ...watch.view.basis, costs } };
    watch.lookFor(60_000);
  }
  const perShard = Map.groupBy(watch.moved, ({ shard }) => shard);
  const mostMoves = Math.max(...[...perShard.values()].map((moves) => moves.length));
  expect(mostMoves).toBeLessThanOrEqual((hours * 3_600_000) / LIMITS.shardRestMs);
  for (const moves of perShard.values())
    for (const [index, { atMs }] of moves.entries())
      if (index > 0) expect(atMs - (moves[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(LIMITS.shardRestMs);
});
