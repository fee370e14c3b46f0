import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import type { Timed } from "../../load/generator-messages.ts";
import type { Latency, RunResult, Stretch, TimelineSecond } from "../../runs/run-result.ts";
import { testScenario } from "../../runs/testing/scenario.ts";

/** The scenario of {@link sampleResult}: two seconds to warm up, four of a ramp and four of a spike. */
export const SAMPLE_SCENARIO = testScenario({
  name: "sample",
  description: "A few buyers of one product.",
  shop: { skus: 1, stock: 2_000, limitPerCustomer: undefined, zipf: 1 },
  sockets: 50,
  phases: [
    { name: "ramp", seconds: 4, fromRate: 50, toRate: 100 },
    { name: "spike", seconds: 4, fromRate: 1_000, toRate: 1_000 },
  ],
  watchers: 5,
  thresholds: [{ measure: "oversold", comparison: "==", limit: 0, phase: undefined }],
});

/** A latency distribution of these milliseconds. */
export function latencyOf(values: readonly number[]): Latency {
  const micros = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    useWebAssembly: false,
  });
  for (const ms of values) micros.recordValue(Math.round(ms * 1_000));
  const at = (percentile: number): number => Math.round(micros.getValueAtPercentile(percentile) / 10) / 100;
  return {
    count: micros.totalCount,
    meanMs: Math.round(micros.mean / 10) / 100,
    minMs: at(0),
    p50Ms: at(50),
    p75Ms: at(75),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    p999Ms: at(99.9),
    p9999Ms: at(99.99),
    maxMs: at(100),
    histogram: encodeIntoCompressedBase64(micros),
  };
}

/** A stretch of so many seconds with so many orders in each, which took about so long. */
export function stretchOf(seconds: number, ordersPerSecond: number, aboutMs: number): Stretch {
  const orders = seconds * ordersPerSecond;
  const latencies = (factor: number): Latency =>
    latencyOf(Array.from({ length: orders }, (_, at) => aboutMs * factor * (0.5 + at / orders)));
  return {
    seconds,
    arrivals: orders + 30,
    dropped: 10,
    completed: orders + 20,
    unfinished: 0,
    orders,
    ordersPerSecond,
    holds: orders + 20,
    holdsPerSecond: (orders + 20) / seconds,
    commands: orders * 2 + 40,
    retries: 4,
    refused: 20,
    refusedByCode: { OUT_OF_STOCK: 15, BUSY: 5 },
    retryable: 5,
    retryableWithHint: 5,
    latencies: { order: latencies(1), "cart.add": latencies(0.4), push: latencies(0.2) },
    cpu: {
      microsPerOrder: 250,
      shopMicrosPerOrder: 120,
      postgresMicrosPerOrder: 90,
      generatorMicrosPerOrder: 40,
      shopLoad: 0.4,
      postgresLoad: 0.3,
      generatorLoad: 0.1,
    },
  };
}

/** A complete result, always the same but for what is given. */
export function sampleResult(changes: Partial<RunResult> = {}): RunResult {
  return {
    format: 1,
    runId: "r-sample",
    seed: 7,
    startedAt: "2026-11-21T20:00:00.000Z",
    version: "0.1.0",
    machine: {
      id: "0123456789abcdef",
      processor: "Sample Processor",
      cores: 2,
      memoryBytes: 8_000_000_000,
      system: "linux 6.1 x64",
      bun: "1.4.5",
    },
    url: "http://localhost:7070/",
    scenario: SAMPLE_SCENARIO,
    generators: 1,
    interrupted: false,
    shopWentAway: false,
    cpuUnknownBecause: null,
    whole: stretchOf(8, 200, 12),
    phases: [
      { name: "ramp", fromSecond: 2, toSecond: 6, measured: stretchOf(4, 75, 8) },
      { name: "spike", fromSecond: 6, toSecond: 10, measured: stretchOf(4, 325, 15) },
    ],
    timeline: Array.from({ length: 10 }, (_, second) => secondOf(second)),
    saturation: { isSaturated: false, reasons: [] },
    reconciliation: {
      acknowledged: 1_650,
      confirmedInJournal: 1_650,
      unanswered: 0,
      unexplained: 0,
      lost: 0,
      lostOrders: [],
      oversold: 0,
      contradicted: 0,
      contradictions: [],
      soldUnits: 1_650,
      receivedUnits: 2_000,
      journalBytesPerOrder: 812,
    },
    thresholds: [
      { measure: "oversold", comparison: "==", limit: 0, phase: undefined, measured: 0, isMet: true },
    ],
    ...changes,
  };
}

function secondOf(second: number): TimelineSecond {
  const isSpike = second >= 6;
  const orders = isSpike ? 325 : 25 + second * 10;
  const took = (aboutMs: number) => ({
    p50Ms: aboutMs,
    p95Ms: aboutMs * 2,
    p99Ms: aboutMs * 3,
    maxMs: aboutMs * 5,
    histogram: latencyOf(Array.from({ length: orders }, (_, at) => aboutMs * (1 + (4 * at) / (orders - 1))))
      .histogram,
  });
  const latencies: Partial<Record<Timed, ReturnType<typeof took>>> = {
    order: took(isSpike ? 15 : 8),
    "cart.add": took(isSpike ? 6 : 3),
    // Nobody was pushed anything in the first second.
    ...(second === 0 ? {} : { push: took(2) }),
  };
  return {
    second,
    phase: phaseAt(second),
    arrivals: orders + 3,
    dropped: isSpike ? 2 : 0,
    orders,
    holds: orders + 1,
    refusedByCode: isSpike ? { OUT_OF_STOCK: 3, BUSY: 1 } : {},
    latencies,
    available: second === 0 ? null : 2_000 - second * 150,
    shopLoad: isSpike ? 0.8 : 0.2,
    postgresLoad: isSpike ? 0.5 : 0.1,
    generatorLoad: isSpike ? 0.3 : 0.05,
    latestStartMs: isSpike ? 1.5 : 0.25,
  };
}

function phaseAt(second: number): string {
  if (second < 2) return "warm-up";
  return second < 6 ? "ramp" : "spike";
}
