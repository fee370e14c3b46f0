import type { Latency, RunResult, Stretch } from "../run-result.ts";
import { testScenario } from "./scenario.ts";

/** A distribution around 10 ms. */
export function testLatency(changes: Partial<Latency> = {}): Latency {
  return {
    count: 20,
    meanMs: 10,
    minMs: 1,
    p50Ms: 8,
    p75Ms: 10,
    p90Ms: 15,
    p95Ms: 18,
    p99Ms: 40,
    p999Ms: 41,
    p9999Ms: 42,
    maxMs: 43,
    histogram: "",
    ...changes,
  };
}

/** A stretch of four seconds with 14 orders. */
export function testStretch(changes: Partial<Stretch> = {}): Stretch {
  return {
    seconds: 4,
    arrivals: 20,
    dropped: 2,
    completed: 18,
    unfinished: 0,
    orders: 14,
    ordersPerSecond: 3.5,
    holds: 16,
    holdsPerSecond: 4,
    commands: 32,
    retries: 1,
    refused: 6,
    refusedByCode: { sold_out: 5, overloaded: 1 },
    retryable: 1,
    retryableWithHint: 1,
    latencies: { order: testLatency(), "cart.add": testLatency({ maxMs: 9 }) },
    cpu: {
      microsPerOrder: 200,
      shopMicrosPerOrder: 100,
      postgresMicrosPerOrder: 60,
      generatorMicrosPerOrder: 40,
      shopLoad: 0.5,
      postgresLoad: 0.3,
      generatorLoad: 0.2,
    },
    ...changes,
  };
}

/** A run in which all went well. */
export function testResult(changes: Partial<RunResult> = {}): RunResult {
  const calm = testStretch({
    seconds: 2,
    ordersPerSecond: 2.5,
    latencies: { order: testLatency({ p99Ms: 20 }) },
  });
  const spike = testStretch({ seconds: 2, ordersPerSecond: 4.5 });
  return {
    format: 1,
    runId: "r1",
    seed: 42,
    startedAt: "2026-11-21T22:00:00.000Z",
    version: "0.1.0",
    machine: { id: "m", processor: "p", cores: 2, memoryBytes: 1, system: "s", bun: "b" },
    url: "http://127.0.0.1:7070",
    scenario: testScenario(),
    generators: 1,
    interrupted: false,
    shopWentAway: false,
    cpuUnknownBecause: null,
    whole: testStretch(),
    phases: [
      { name: "calm", fromSecond: 2, toSecond: 4, measured: calm },
      { name: "spike", fromSecond: 4, toSecond: 6, measured: spike },
    ],
    timeline: [],
    saturation: { isSaturated: false, reasons: [] },
    reconciliation: {
      acknowledged: 16,
      confirmedInJournal: 16,
      unanswered: 0,
      unexplained: 0,
      lost: 0,
      lostOrders: [],
      oversold: 0,
      contradicted: 0,
      contradictions: [],
      soldUnits: 16,
      receivedUnits: 200,
      journalBytesPerOrder: 812,
    },
    thresholds: [],
    ...changes,
  };
}
