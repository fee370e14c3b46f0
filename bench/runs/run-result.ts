import type { Machine } from "../machine/machine.ts";
import type { Timed } from "../load/generator-messages.ts";
import type { Scenario, Threshold } from "../scenario/scenario.ts";

/** Everything a run measured: what `--json` prints, reports show and comparisons read. */
export interface RunResult {
  /** Raised when an older reader would misunderstand a newer file. */
  readonly format: 1;
  readonly runId: string;
  readonly seed: number;
  /** When its first visitor could come. */
  readonly startedAt: string;
  /** Version of Stampede. */
  readonly version: string;
  readonly machine: Machine;
  readonly url: string;
  readonly scenario: Scenario;
  readonly generators: number;
  /** The run was told to end before its time. */
  readonly interrupted: boolean;
  /** The shop went away before the run was over. */
  readonly shopWentAway: boolean;
  /** Why the CPU time of the shop or of Postgres is in no figure; null where it is. */
  readonly cpuUnknownBecause: string | null;
  /** Everything that counts: all phases, without the warm-up. */
  readonly whole: Stretch;
  readonly phases: readonly PhaseResult[];
  /** Every second, the warm-up included. */
  readonly timeline: readonly TimelineSecond[];
  readonly saturation: Saturation;
  /** What the journal says; null where it could not be read any more. */
  readonly reconciliation: RunReconciliation | null;
  readonly thresholds: readonly ThresholdResult[];
}

/** One phase of the scenario as it was. */
export interface PhaseResult {
  readonly name: string;
  /** Seconds since the start of the run. */
  readonly fromSecond: number;
  readonly toSecond: number;
  readonly measured: Stretch;
}

/** What happened in a stretch of time. */
export interface Stretch {
  readonly seconds: number;
  readonly arrivals: number;
  readonly dropped: number;
  readonly completed: number;
  /** Visits that were cut off before their end; they are in no latency of a whole order. */
  readonly unfinished: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly holds: number;
  readonly holdsPerSecond: number;
  readonly commands: number;
  readonly retries: number;
  readonly refused: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly retryable: number;
  readonly retryableWithHint: number;
  readonly latencies: Readonly<Partial<Record<Timed, Latency>>>;
  readonly cpu: CpuUse;
}

/** A latency distribution, milliseconds, to three digits. */
export interface Latency {
  readonly count: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly p75Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly p9999Ms: number;
  readonly maxMs: number;
  /** The whole distribution in microseconds: a compressed HDR histogram (V2, base64). */
  readonly histogram: string;
}

/** What the timeline keeps of a second's {@link Latency}. */
export interface BriefLatency extends Pick<Latency, "p50Ms" | "p95Ms" | "p99Ms" | "maxMs"> {
  /** As in {@link Latency}; results that were stored before it was kept have none. */
  readonly histogram?: string | undefined;
}

/** CPU time, microseconds per confirmed order, and load in processors; null where it cannot be measured. */
export interface CpuUse {
  readonly microsPerOrder: number | null;
  readonly shopMicrosPerOrder: number | null;
  readonly postgresMicrosPerOrder: number | null;
  readonly generatorMicrosPerOrder: number | null;
  readonly shopLoad: number | null;
  readonly postgresLoad: number | null;
  readonly generatorLoad: number;
}

/** One second of a run. */
export interface TimelineSecond {
  readonly second: number;
  /** Name of the phase; `warm-up` before the first. */
  readonly phase: string;
  readonly arrivals: number;
  readonly dropped: number;
  readonly orders: number;
  readonly holds: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly latencies: Readonly<Partial<Record<Timed, BriefLatency>>>;
  /** Units that could still be bought of the most popular product, at the end of the second; null when nobody looked. */
  readonly available: number | null;
  /** In processors. */
  readonly shopLoad: number | null;
  readonly postgresLoad: number | null;
  readonly generatorLoad: number;
  readonly latestStartMs: number;
}

/** Whether the generators, and not the shop, set the limit: then the figures are theirs. */
export interface Saturation {
  readonly isSaturated: boolean;
  /** One sentence each, with the second in which it began. */
  readonly reasons: readonly string[];
}

/** What the journal says about a run. */
export interface RunReconciliation {
  /** Orders that shoppers were told of, those of the warm-up included. */
  readonly acknowledged: number;
  readonly confirmedInJournal: number;
  /** Attempts that got no answer: they may have become an order. */
  readonly unanswered: number;
  /** Orders in the journal that nobody was told of, beyond the attempts without an answer. */
  readonly unexplained: number;
  readonly lost: number;
  readonly lostOrders: readonly string[];
  readonly oversold: number;
  readonly contradicted: number;
  readonly contradictions: readonly string[];
  readonly soldUnits: number;
  readonly receivedUnits: number;
  /** Bytes that Postgres holds more than before per confirmed order, journal with its indexes; null when unknown. */
  readonly journalBytesPerOrder: number | null;
}

/** A threshold and what came of it; `measured` is null when the run did not measure it, which breaks it. */
export interface ThresholdResult extends Threshold {
  readonly measured: number | null;
  readonly isMet: boolean;
}
