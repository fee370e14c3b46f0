import { expect, test } from "bun:test";
import { readFailedSeeds } from "./failed-seeds.ts";
import { parseFaults } from "./options.ts";
import { simulate, type SimulationResult } from "./simulation.ts";
import { runSeeds } from "./workers.ts";

// A share of it: `npm run sim -- --seeds 1000` runs at length, with fresh seeds.
const SEEDS = 40;

test("no seed breaks a promise of the shop", () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations } = simulate(seed);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
}, 120_000);

test("no seed that ever failed breaks a promise again", () => {
  for (const { seed, faults } of readFailedSeeds()) {
    const { violations } = simulate(seed, { faults: parseFaults(faults) });
    expect({ seed, faults, violations }).toEqual({ seed, faults, violations: [] });
  }
}, 120_000);

test("one seed has one trace, in this process and in any other", async () => {
  const here = [7, 8, 9].map((seed) => simulate(seed));
  const elsewhere: SimulationResult[] = [];
  await runSeeds({ first: 7, step: 1, count: 3 }, (result) => elsewhere.push(result));
  expect([7, 8, 9].map((seed) => simulate(seed))).toEqual(here);
  expect(elsewhere).toEqual(here);
  expect(new Set(here.map(({ traceHash }) => traceHash)).size).toBe(3);
}, 60_000);

test("the faults that happened, named one by one, happen again", () => {
  const first = simulate(11);
  expect(first.faults.length).toBeGreaterThan(0);
  expect(simulate(11, { faults: first.faults })).toEqual(first);
});

test("a seed without faults is a quiet day: everything is bought and nothing is recovered", () => {
  const lines: string[] = [];
  const { faults, violations } = simulate(3, { faults: [], print: (line) => lines.push(line) });
  expect([faults, violations]).toEqual([[], []]);
  expect(lines.some((line) => line.includes("recovers from the journal"))).toBe(false);
  expect(lines.some((line) => line.includes('"OrderConfirmed"'))).toBe(true);
});

test("on an orderly day shards move, nodes are emptied and started again, and no lane loses its memory or a shard", () => {
  const lines: string[] = [];
  const faults = ["move", "operate", "restart"];
  for (let seed = 1; seed <= 4; seed += 1) {
    const { violations } = simulate(seed, { faults, print: (line) => lines.push(line) });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
  expect(lines.some((line) => line.includes("the operator hears move "))).toBe(true);
  expect(lines.some((line) => line.includes("is told to end"))).toBe(true);
  expect(lines.filter((line) => /recovers from the journal|has lost/.test(line))).toEqual([]);
}, 60_000);
