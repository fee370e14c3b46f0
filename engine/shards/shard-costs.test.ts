import { expect, test } from "bun:test";
import type { ShardMeasurement } from "../ports/node-threads.ts";
import { ShardCosts } from "./shard-costs.ts";

const LIMITS = { halfLifeMs: 10_000 };

function measured(cost: number): readonly ShardMeasurement[] {
  return [{ shard: 1, cost }];
}

test("the first measurement counts whole; a shard that was not measured has no cost", () => {
  const costs = new ShardCosts(3, LIMITS);
  costs.observe(measured(0.25), 0);
  expect(costs.costs()).toEqual([undefined, 0.25, undefined]);
});

test("half of a change is taken in after a half-life, however often it is measured", () => {
  for (const everyMs of [10_000, 2_500, 100]) {
    const costs = new ShardCosts(2, LIMITS);
    costs.observe(measured(0.2), 0);
    for (let atMs = everyMs; atMs <= 10_000; atMs += everyMs) costs.observe(measured(0.6), atMs);
    expect(costs.costs()[1]).toBeCloseTo(0.4, 9);
  }
});

test("a clock that is set back neither changes a cost nor makes it negative", () => {
  const costs = new ShardCosts(2, LIMITS);
  costs.observe(measured(0.2), 60_000);
  costs.observe(measured(0.9), 0);
  expect(costs.costs()[1]).toBeCloseTo(0.2, 9);
  costs.observe(measured(0.9), 10_000);
  expect(costs.costs()[1]).toBeCloseTo(0.55, 9);
});

test("a shard that nobody knows is a fault", () => {
  expect(() => new ShardCosts(1, LIMITS).observe(measured(1), 0)).toThrow("shard 1");
});
