import { z } from "zod";
import type { RunResult, Stretch, TimelineSecond } from "../runs/run-result.ts";
import { storedScenario, storedThreshold } from "./scenario-schema.ts";

const count = z.int().nonnegative();
const amount = z.number().nonnegative();
const known = amount.nullable();
const byCode = z.record(z.string(), count);

const timed = <Schema extends z.ZodType>(schema: Schema) =>
  z.partialRecord(z.enum(["order", "cart.add", "checkout", "browse", "refusal", "push"]), schema);

const latency = z.object({
  count,
  meanMs: amount,
  minMs: amount,
  p50Ms: amount,
  p75Ms: amount,
  p90Ms: amount,
  p95Ms: amount,
  p99Ms: amount,
  p999Ms: amount,
  p9999Ms: amount,
  maxMs: amount,
  histogram: z.base64(),
});

const cpu = z.object({
  microsPerOrder: known,
  shopMicrosPerOrder: known,
  postgresMicrosPerOrder: known,
  generatorMicrosPerOrder: known,
  shopLoad: known,
  postgresLoad: known,
  generatorLoad: amount,
});

const stretch = z.object({
  seconds: amount,
  arrivals: count,
  dropped: count,
  completed: count,
  unfinished: count,
  orders: count,
  ordersPerSecond: amount,
  holds: count,
  holdsPerSecond: amount,
  commands: count,
  retries: count,
  refused: count,
  refusedByCode: byCode,
  retryable: count,
  retryableWithHint: count,
  latencies: timed(latency),
  cpu,
}) satisfies z.ZodType<Stretch>;

const second = z.object({
  second: count,
  phase: z.string(),
  arrivals: count,
  dropped: count,
  orders: count,
  holds: count,
  refusedByCode: byCode,
  latencies: timed(
    latency
      .pick({ p50Ms: true, p95Ms: true, p99Ms: true, maxMs: true, histogram: true })
      .partial({ histogram: true }),
  ),
  available: z.number().nullable(),
  shopLoad: known,
  postgresLoad: known,
  generatorLoad: amount,
  latestStartMs: amount,
}) satisfies z.ZodType<TimelineSecond>;

const reconciliation = z.object({
  acknowledged: count,
  confirmedInJournal: count,
  unanswered: count,
  unexplained: count,
  lost: count,
  lostOrders: z.array(z.string()),
  oversold: count,
  contradicted: count,
  contradictions: z.array(z.string()),
  soldUnits: count,
  receivedUnits: count,
  journalBytesPerOrder: z.number().nullable(),
});

/** What a result file holds. */
export const storedResult = z.object({
  format: z.literal(1),
  runId: z.string().min(1),
  seed: z.number(),
  startedAt: z.iso.datetime({ offset: true }),
  version: z.string(),
  machine: z.object({
    id: z.string(),
    processor: z.string(),
    cores: count,
    memoryBytes: amount,
    system: z.string(),
    bun: z.string(),
  }),
  url: z.string(),
  scenario: storedScenario,
  generators: count,
  interrupted: z.boolean(),
  shopWentAway: z.boolean(),
  cpuUnknownBecause: z.string().nullable().default(null),
  whole: stretch,
  phases: z.array(z.object({ name: z.string(), fromSecond: amount, toSecond: amount, measured: stretch })),
  timeline: z.array(second),
  saturation: z.object({ isSaturated: z.boolean(), reasons: z.array(z.string()) }),
  reconciliation: reconciliation.nullable(),
  thresholds: z.array(storedThreshold.extend({ measured: z.number().nullable(), isMet: z.boolean() })),
}) satisfies z.ZodType<RunResult>;
