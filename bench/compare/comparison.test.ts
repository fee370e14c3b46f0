import { expect, test } from "bun:test";
import { sampleResult, stretchOf } from "../report/testing/sample-result.ts";
import type { RunResult, Stretch } from "../runs/run-result.ts";
import { compareSides, type Comparison } from "./comparison.ts";
import type { Side } from "./side.ts";
import { sampleSide } from "./testing/sample-side.ts";

const measure = ({ measures }: Comparison, name: string) => measures.find((one) => one.name === name);

/** Runs that measured this; each of `factors` makes one that took so many times as long. */
function sideTaking(name: string, factors: readonly number[], whole: Stretch = stretchOf(8, 100, 10)): Side {
  const slower = (factor: number): Stretch => {
    const { order } = whole.latencies;
    const { microsPerOrder } = whole.cpu;
    if (order === undefined || microsPerOrder === null) throw new Error("nothing was timed");
    return {
      ...whole,
      latencies: { order: { ...order, p99Ms: order.p99Ms * factor } },
      cpu: { ...whole.cpu, microsPerOrder: microsPerOrder * factor },
    };
  };
  const runs = factors.map((factor, at) => ({
    path: `${name}-${at}`,
    result: sampleResult({ runId: `r-${name}-${at}`, whole: slower(factor) }),
  }));
  return { name, runs };
}

const changed = (changes: Partial<RunResult>): Side => sampleSide("after", [100, 101], changes);

test("more orders per second than chance explains are faster", () => {
  const comparison = compareSides(sampleSide("before", [100, 102, 98]), sampleSide("after", [150, 153, 147]));
  const orders = measure(comparison, "ordersPerSecond");
  expect(orders?.verdict).toBe("faster");
  expect(orders?.ratio).toBeCloseTo(1.5, 2);
  expect(orders?.interval?.low).toBeGreaterThan(1.4);
  expect(orders?.a).toBeCloseTo(99.99, 1);
});

test("fewer are slower", () => {
  const comparison = compareSides(sampleSide("before", [150, 153, 147]), sampleSide("after", [100, 102, 98]));
  expect(measure(comparison, "ordersPerSecond")?.verdict).toBe("slower");
});

test("a difference within what repetitions differ by is not shown", () => {
  const comparison = compareSides(sampleSide("before", [90, 120, 105]), sampleSide("after", [100, 130, 112]));
  expect(measure(comparison, "ordersPerSecond")?.verdict).toBe("no difference shown");
});

test("a higher latency is slower, and more processor time is more", () => {
  const comparison = compareSides(
    sideTaking("before", [1, 1.02, 0.98]),
    sideTaking("after", [2, 2.05, 1.95]),
  );
  expect(measure(comparison, "order.p99Ms")?.verdict).toBe("slower");
  expect(measure(comparison, "cpu.microsPerOrder")?.verdict).toBe("more");
  const back = compareSides(sideTaking("before", [2, 2.05, 1.95]), sideTaking("after", [1, 1.02, 0.98]));
  expect(measure(back, "order.p99Ms")?.verdict).toBe("faster");
  expect(measure(back, "cpu.microsPerOrder")?.verdict).toBe("less");
});

test("one run on a side has a ratio and nothing to be sure by, which is said", () => {
  const comparison = compareSides(sampleSide("before", [100]), sampleSide("after", [200, 210]));
  expect(measure(comparison, "ordersPerSecond")).toMatchObject({ interval: null, verdict: "one run only" });
  expect(comparison.remarks.at(-1)).toStartWith("A side with one run has nothing to tell");
});

test("what one of the runs did not measure is left out", () => {
  const { whole } = sampleResult();
  const unknown = { ...whole, cpu: { ...whole.cpu, microsPerOrder: null } };
  const names = compareSides(sampleSide("before", [100, 101]), changed({ whole: unknown })).measures.map(
    ({ name }) => name,
  );
  expect(names).not.toContain("cpu.microsPerOrder");
  expect(names).not.toContain("browse.p50Ms");
  expect(names).toContain("cpu.shopMicrosPerOrder");
});

test("what only some runs measured is not compared, which is said with the runs", () => {
  const { whole } = sampleResult();
  const before = sampleSide("before", [100, 101]);
  const none = { ...whole, ordersPerSecond: 0, cpu: { ...whole.cpu, shopMicrosPerOrder: null } };
  const { runs } = sampleSide("after", [100, 101, 102]);
  const [first, ...others] = runs;
  if (first === undefined) throw new Error("there is no run");
  const after = { name: "after", runs: [{ ...first, result: { ...first.result, whole: none } }, ...others] };
  const { measures, remarks } = compareSides(before, after);
  expect(measures.map(({ name }) => name)).not.toContain("ordersPerSecond");
  // No run of either side looked at anything: nobody expects a figure of that.
  expect(remarks.filter((remark) => remark.includes("not compared, for"))).toEqual([
    "orders/s: not compared, for it is 0 in 1 of 3 runs of B.",
    "of this the shop, µs: not compared, for it is unknown in 1 of 3 runs of B.",
  ]);
});

test("what makes figures doubtful is said of its side", () => {
  const { reconciliation, whole } = sampleResult();
  if (reconciliation === null) throw new Error("the sample is compared with the journal");
  const doubtful = changed({
    whole: { ...whole, unfinished: 1 },
    saturation: { isSaturated: true, reasons: ["busy"] },
    reconciliation: { ...reconciliation, oversold: 1 },
  });
  const before = sampleSide("before", [100, 101], { whole: { ...whole, dropped: 0 }, reconciliation: null });
  expect(compareSides(before, doubtful).remarks).toEqual([
    "A: 2 of 2 runs were not compared with the journal.",
    "B: 2 of 2 runs were limited by their load generators.",
    "B: 2 of 2 runs dropped arrivals, whose latencies are missing.",
    "B: 2 of 2 runs had visits that never ended, whose orders are missing.",
    "B: 2 of 2 runs lost, oversold or made up orders: their figures are worth nothing.",
    "journal per order, bytes: not compared, for it is unknown in 2 of 2 runs of A.",
  ]);
});

const { machine, scenario } = sampleResult();
const [ramp, spike] = scenario.phases;
if (ramp === undefined || spike === undefined) throw new Error("the sample has two phases");
const refused: readonly (readonly [what: string, changes: Partial<RunResult>, says: string])[] = [
  [
    "another machine",
    { machine: { ...machine, id: "other", processor: "Other" } },
    'runs of different machines are not compared: machine.processor is "Sample Processor" in before-1/result.json, and "Other" in after-1/result.json',
  ],
  [
    "another scenario",
    { scenario: { ...scenario, phases: [ramp, { ...spike, toRate: 9 }] } },
    "runs of different scenarios are not compared: scenario.phases[1].toRate is 1000 in before-1/result.json, and 9 in after-1/result.json",
  ],
  [
    "a limit that was not there",
    { scenario: { ...scenario, shop: { ...scenario.shop, limitPerCustomer: 2 } } },
    "scenario.shop.limitPerCustomer is not there in before-1/result.json, and 2 in after-1/result.json",
  ],
  ["another number of generators", { generators: 2 }, "generators is 1 in before-1/result.json, and 2 in"],
  [
    "a run that was ended early",
    { interrupted: true },
    "after-1/result.json: the run was ended before its time",
  ],
  ["a run whose shop went away", { shopWentAway: true }, "after-1/result.json: the shop went away before"],
  [
    "the same run twice",
    { runId: "r-before-2" },
    "before-2/result.json and after-1/result.json are the same run, r-before-2",
  ],
];

for (const [what, changes, says] of refused) {
  test(`${what} is not compared, and the first reason is given`, () => {
    expect(() => compareSides(sampleSide("before", [100, 101]), changed(changes))).toThrow(says);
  });
}

test("other thresholds and another description make no other scenario", () => {
  const told = { ...scenario, description: "The same.", thresholds: [] };
  expect(compareSides(sampleSide("before", [100, 101]), changed({ scenario: told })).scenario).toBe("sample");
});
