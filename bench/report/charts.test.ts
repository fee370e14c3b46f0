import { expect, test } from "bun:test";
import { bandsOf, chartsOf } from "./charts.ts";
import { sampleResult } from "./testing/sample-result.ts";
import type { RunResult } from "../runs/run-result.ts";

const chart = (id: string, result: RunResult = sampleResult()) =>
  chartsOf(result).find((one) => one.id === id);

const line = (id: string, label: string, result?: RunResult) =>
  chart(id, result)?.series.find((one) => one.label === label)?.values;

test("every series has a value, or none, for each place of its chart", () => {
  for (const { at, series } of chartsOf(sampleResult()))
    for (const { values } of series) expect(values).toHaveLength(at.length);
});

test("a run has charts of throughput, stock, latencies, their distribution, refusals, processors and generators", () => {
  expect(chartsOf(sampleResult()).map(({ id }) => id)).toEqual([
    "throughput",
    "stock",
    "latency-order",
    "latency-cart-add",
    "latency-push",
    "distribution",
    "refusals",
    "processors",
    "late-starts",
  ]);
});

test("what nobody measured is a gap, not a zero", () => {
  expect(line("stock", "available")?.slice(0, 2)).toEqual([null, 1_850]);
  expect(line("latency-push", "p99")?.slice(0, 2)).toEqual([null, 6]);
});

test("a second without a refusal is a zero", () => {
  expect(line("refusals", "OUT_OF_STOCK")).toEqual([0, 0, 0, 0, 0, 0, 3, 3, 3, 3]);
});

test("the second in which a run was told to end has no rates, for it was a part of one", () => {
  const { phases } = sampleResult();
  const [ramp, spike] = phases;
  if (ramp === undefined || spike === undefined) throw new Error("the sample has two phases");
  const ended = { interrupted: true, phases: [ramp, { ...spike, toSecond: 8.25 }] };
  expect(line("throughput", "orders", sampleResult(ended))?.slice(6)).toEqual([325, 325, null, 325]);
  expect(line("refusals", "BUSY", sampleResult(ended))?.slice(6)).toEqual([1, 1, null, 1]);
  expect(line("throughput", "orders")?.slice(6)).toEqual([325, 325, 325, 325]);
});

test("the most frequent refusal comes first", () => {
  expect(chart("refusals")?.series.map(({ label }) => label)).toEqual(["OUT_OF_STOCK", "BUSY"]);
});

test("without a watcher, a refusal or a figure of the shop's processors there is no such chart or line", () => {
  const timeline = sampleResult().timeline.map((second) => ({
    ...second,
    available: null,
    refusedByCode: {},
    shopLoad: null,
  }));
  const result = sampleResult({ timeline });
  expect(chart("stock", result)).toBeUndefined();
  expect(chart("refusals", result)).toBeUndefined();
  expect(line("processors", "shop", result)).toBeUndefined();
  expect(line("processors", "Postgres", result)).toHaveLength(10);
});

test("the distribution ends where fewer than one value is left", () => {
  const values = line("distribution", "whole order") ?? [];
  // 1,600 orders: one in a thousand was measured, one in ten thousand was not.
  expect(values[30]).toBeCloseTo(17.99, 1);
  expect(values[40]).toBeNull();
  expect(values[0]).toBeCloseTo(6, 1);
  expect(values[10]).toBeCloseTo(16.8, 1);
});

test("phases divide the time after the warm-up", () => {
  expect(bandsOf(sampleResult())).toEqual([
    { label: "warm-up", fromSecond: 0, toSecond: 2 },
    { label: "ramp", fromSecond: 2, toSecond: 6 },
    { label: "spike", fromSecond: 6, toSecond: 10 },
  ]);
});
