import { REFUSAL_CODES } from "../../gateway/protocol/refusal-codes.ts";
import type { Timed } from "../load/generator-messages.ts";
import { ALL_TIMED } from "../load/timed-names.ts";
import type { CpuUse, Latency, RunReconciliation, RunResult, Stretch } from "./run-result.ts";

/** The part of a result that measures are read from. */
export type Measured = Pick<RunResult, "whole" | "phases" | "reconciliation">;

/** Figures of a stretch of time, by their own names: `orders`, `dropped`, … */
const STRETCH = [
  "arrivals",
  "dropped",
  "completed",
  "unfinished",
  "orders",
  "ordersPerSecond",
  "holds",
  "holdsPerSecond",
  "commands",
  "retries",
  "refused",
  "retryable",
  "retryableWithHint",
] as const satisfies readonly (keyof Stretch)[];

/** Figures that are known at the end of a run only, for the whole of it. */
const JOURNAL = [
  "acknowledged",
  "confirmedInJournal",
  "unanswered",
  "unexplained",
  "lost",
  "oversold",
  "contradicted",
  "soldUnits",
  "receivedUnits",
  "journalBytesPerOrder",
] as const satisfies readonly (keyof RunReconciliation)[];

/** Figures of a latency: `order.p99Ms`, `push.maxMs`, … */
const LATENCY = [
  "count",
  "meanMs",
  "minMs",
  "p50Ms",
  "p75Ms",
  "p90Ms",
  "p95Ms",
  "p99Ms",
  "p999Ms",
  "p9999Ms",
  "maxMs",
] as const satisfies readonly (keyof Latency)[];

/** CPU time and load: `cpu.microsPerOrder`, `cpu.generatorLoad`, … */
const CPU = [
  "microsPerOrder",
  "shopMicrosPerOrder",
  "postgresMicrosPerOrder",
  "generatorMicrosPerOrder",
  "shopLoad",
  "postgresLoad",
  "generatorLoad",
] as const satisfies readonly (keyof CpuUse)[];

const REFUSED = /^refused\.([a-z][a-z0-9_]*)$/;

type Read = (stretch: Stretch) => number | null;

/** Why a measure cannot be asked for; undefined when it can. `phase` is undefined for the whole run. */
export function measureFault(measure: string, phase: string | undefined): string | undefined {
  if (isOneOf(JOURNAL, measure))
    return phase === undefined ? undefined : `${measure} is known for the whole run only, not for a phase`;
  const code = REFUSED.exec(measure)?.[1];
  if (code !== undefined && !REFUSAL_CODES.includes(code))
    return `nothing is refused with ${JSON.stringify(code)}; the codes are ${REFUSAL_CODES.join(", ")}`;
  return readerOf(measure) === undefined
    ? `there is no measure ${JSON.stringify(measure)}; there are ${MEASURES_TEXT}`
    : undefined;
}

/**
 * Reads one measure of a run, or of one of its phases; null when it was not measured. A latency that never occurred was not
 * measured, except for its count, which is 0.
 */
export function measured(run: Measured, measure: string, phase: string | undefined): number | null {
  if (isOneOf(JOURNAL, measure)) return phase === undefined ? (run.reconciliation?.[measure] ?? null) : null;
  const stretch = phase === undefined ? run.whole : run.phases.find(({ name }) => name === phase)?.measured;
  return stretch === undefined ? null : (readerOf(measure)?.(stretch) ?? null);
}

/** What can be asked for, in one sentence. */
const MEASURES_TEXT = [
  `of a whole run: ${JOURNAL.join(", ")}`,
  `of it or of a phase: ${STRETCH.join(", ")}, droppedPercent, refused.CODE`,
  `${ALL_TIMED.join(" | ")} with .${LATENCY.join(" | .")}`,
  CPU.map((name) => `cpu.${name}`).join(", "),
].join("; ");

function readerOf(measure: string): Read | undefined {
  if (isOneOf(STRETCH, measure)) return (stretch) => stretch[measure];
  if (measure === "droppedPercent")
    return ({ arrivals, dropped }) => (arrivals === 0 ? null : (dropped / arrivals) * 100);
  const code = REFUSED.exec(measure)?.[1];
  if (code !== undefined) return ({ refusedByCode }) => refusedByCode[code] ?? 0;
  const dot = measure.lastIndexOf(".");
  const [owner, name] = [measure.slice(0, Math.max(dot, 0)), measure.slice(dot + 1)];
  if (owner === "cpu" && isOneOf(CPU, name)) return ({ cpu }) => cpu[name];
  if (isTimed(owner) && isOneOf(LATENCY, name))
    return ({ latencies }) => latencies[owner]?.[name] ?? (name === "count" ? 0 : null);
  return undefined;
}

function isTimed(name: string): name is Timed {
  return (ALL_TIMED as readonly string[]).includes(name);
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}
