import { expect, test } from "bun:test";
import type { TimelineSecond } from "./run-result.ts";
import { RunRecord } from "./run-record.ts";
import { Schedule, WARM_UP } from "./schedule.ts";
import { testScenario } from "./testing/scenario.ts";
import { toldSecond } from "./testing/told-second.ts";
import { tuned } from "./tuned-scenario.ts";

/** The boundary before a second; until then the shop has used 1, Postgres 2 and this process 0.1 processors. */
function boundary(second: number, available: number | null = null) {
  const cpu = {
    shopMicros: second * 1_000_000,
    postgresMicros: second * 2_000_000,
    generatorMicros: second * 100_000,
  };
  return { second, atSeconds: second, cpu, available };
}

function newRecord(generators = 1) {
  const shown: TimelineSecond[] = [];
  const record = new RunRecord(new Schedule(testScenario()), generators, (second) => shown.push(second));
  return { record, shown };
}

/** Has one generator tell of all six seconds, each with as many orders as its number says, and of the one after. */
function wholeRun() {
  const { record, shown } = newRecord();
  record.boundary(boundary(0));
  for (let second = 0; second < 6; second += 1) {
    record.take(toldSecond(second, { orders: second, arrivals: second, ms: { order: [second + 1] } }));
    record.boundary(boundary(second + 1, 100 - second));
  }
  record.take(toldSecond(6, { orders: 7, ms: { order: [500] } }));
  return { figures: record.finish(boundary(7)), shown };
}

test("phases and the whole count without the warm-up", () => {
  const { figures } = wholeRun();
  expect(figures.phases.map(({ name, measured }) => [name, measured.arrivals])).toEqual([
    ["calm", 2 + 3],
    ["spike", 4 + 5],
  ]);
  expect(figures.whole.arrivals).toBe(14);
  expect(figures.whole.latencies.order?.minMs).toBe(3);
});

test("what ends after the last phase counts in it, but not as its rate", () => {
  const { figures } = wholeRun();
  const spike = figures.phases[1]?.measured;
  expect([spike?.orders, spike?.ordersPerSecond]).toEqual([4 + 5 + 7, 4.5]);
  expect(spike?.latencies.order?.maxMs).toBeWithin(499, 501);
  expect([figures.whole.orders, figures.whole.ordersPerSecond, figures.whole.seconds]).toEqual([21, 3.5, 4]);
});

test("the timeline has every second with its phase, loads and stock", () => {
  const { figures, shown } = wholeRun();
  expect(figures.timeline).toEqual(shown);
  expect(figures.timeline.map(({ second, phase, orders }) => [second, phase, orders])).toEqual([
    [0, "warm-up", 0],
    [1, "warm-up", 1],
    [2, "calm", 2],
    [3, "calm", 3],
    [4, "spike", 4],
    [5, "spike", 5],
    [6, "spike", 7],
  ]);
  expect(figures.timeline[3]).toMatchObject({
    available: 97,
    shopLoad: 1,
    postgresLoad: 2,
    generatorLoad: 0.1,
  });
  expect(figures.timeline[3]?.latencies.order?.maxMs).toBeCloseTo(4, 2);
});

test("CPU time per order is that from the first second that counts until everybody has left", () => {
  const { phases, whole } = wholeRun().figures;
  expect(phases.map(({ measured }) => measured.cpu.shopMicrosPerOrder)).toEqual([2e6 / 5, 3e6 / 16]);
  const { cpu } = whole;
  expect(cpu.shopMicrosPerOrder).toBe(Number(((5 * 1_000_000) / 21).toFixed(1)));
  expect(cpu.postgresMicrosPerOrder).toBe(Number(((5 * 2_000_000) / 21).toFixed(1)));
  expect([cpu.shopLoad, cpu.postgresLoad, cpu.generatorLoad]).toEqual([1, 2, 0.1]);
});

test("a second of several generators is shown when all of them have told of it, with one distribution", () => {
  const { record, shown } = newRecord(2);
  record.boundary(boundary(0));
  record.boundary(boundary(1));
  record.take(
    toldSecond(0, { generator: 0, orders: 3, ms: { order: [1, 1, 1] }, refusedByCode: { sold_out: 1 } }),
  );
  expect(shown).toEqual([]);
  record.take(toldSecond(0, { generator: 1, orders: 1, ms: { order: [9] }, refusedByCode: { sold_out: 2 } }));
  expect(shown).toMatchObject([{ second: 0, orders: 4, refusedByCode: { sold_out: 3 } }]);
  // The median of all four; the mean of two medians would be 5.
  const { p50Ms, maxMs } = shown[0]?.latencies.order ?? {};
  expect([p50Ms, maxMs?.toFixed(1)]).toEqual([1, "9.0"]);
});

test("a scenario cut to a tenth of its time is told at the rate at which its visitors came", () => {
  const short = { generators: 1, rateFactor: 1, secondsFactor: 0.1, thresholds: [] };
  const phases = [
    { name: "calm", seconds: 10, fromRate: 100, toRate: 100 },
    { name: "ramp", seconds: 5, fromRate: 1_000, toRate: 1_000 },
    { name: "spike", seconds: 15, fromRate: 300, toRate: 300 },
  ];
  const schedule = new Schedule(tuned(testScenario({ warmUpSeconds: 3, phases }), short));
  const rates = new Map([...phases.map(({ name, toRate }) => [name, toRate] as const), [WARM_UP, 7]]);
  const record = new RunRecord(schedule, 1, () => undefined);
  record.boundary(boundary(0));
  for (let second = 0; second < schedule.totalSeconds; second += 1) {
    // A part of the second for each span that it touches, as visitors come in it.
    const orders = schedule.spans.reduce((sum, { name, fromSecond, toSecond }) => {
      const touched = Math.min(toSecond, second + 1) - Math.max(fromSecond, second);
      return sum + Math.max(touched, 0) * (rates.get(name) ?? 0);
    }, 0);
    record.take(toldSecond(second, { orders }));
    record.boundary(boundary(second + 1));
  }
  const told = record.finish(boundary(schedule.totalSeconds)).phases;
  expect(told.map(({ name, measured }) => [name, measured.ordersPerSecond])).toEqual([
    ["calm", 100],
    ["ramp", 1_000],
    ["spike", 300],
  ]);
});

test("a run that ends early has the phases that it began, as long as they were", () => {
  const { record } = newRecord();
  record.boundary(boundary(0));
  for (let second = 0; second < 3; second += 1) {
    record.take(toldSecond(second, { orders: 4 }));
    record.boundary(boundary(second + 1));
  }
  record.endedEarly(2.5);
  // What was under way when it ended came to its end in the time of the next phase.
  record.take(toldSecond(3, { orders: 1 }));
  record.take(toldSecond(4, { orders: 1 }));
  const { phases, whole, timeline } = record.finish(boundary(5));
  expect(phases.map(({ name, fromSecond, toSecond }) => [name, fromSecond, toSecond])).toEqual([
    ["calm", 2, 2.5],
  ]);
  expect([whole.seconds, whole.orders, whole.ordersPerSecond]).toEqual([0.5, 6, 8]);
  expect(timeline.map(({ phase }) => phase)).toEqual(["warm-up", "warm-up", "calm", "calm", "calm"]);
});

test("a run that ends in its warm-up has no figures", () => {
  const { record } = newRecord();
  record.boundary(boundary(0));
  record.endedEarly(0.5);
  record.take(toldSecond(0, { orders: 4 }));
  const { phases, whole } = record.finish(boundary(1));
  expect(phases).toEqual([]);
  expect(whole).toMatchObject({ orders: 0, ordersPerSecond: 0, seconds: 0, latencies: {} });
});

test("what a generator never told of keeps nothing back at the end", () => {
  const { record, shown } = newRecord(2);
  record.boundary(boundary(0));
  record.boundary(boundary(1));
  record.take(toldSecond(0, { generator: 0, orders: 3 }));
  record.take(toldSecond(1, { generator: 0, orders: 2 }));
  expect(shown).toEqual([]);
  expect(record.finish(boundary(2)).timeline.map(({ orders }) => orders)).toEqual([3, 2]);
  expect(shown).toHaveLength(2);
});

test("CPU time of a shop that is gone is unknown", () => {
  const { record } = newRecord();
  record.boundary(boundary(0));
  record.take(toldSecond(0));
  record.take(toldSecond(1));
  record.take(toldSecond(2, { orders: 1, cpuMicros: 500_000 }));
  record.boundary(boundary(1));
  record.boundary(boundary(2));
  const gone = { ...boundary(3), cpu: { shopMicros: null, postgresMicros: null, generatorMicros: 200_000 } };
  const { cpu } = record.finish(gone).whole;
  expect(cpu).toMatchObject({
    microsPerOrder: null,
    shopMicrosPerOrder: null,
    shopLoad: null,
    postgresLoad: null,
  });
  expect(cpu.generatorMicrosPerOrder).toBe(500_000);
});
