import { countText } from "../figures/figures-text.ts";
import type { CycleResult } from "./run-fault.ts";

/** What became of one fault. */
export interface FaultReport {
  readonly fault: string;
  readonly cycles: number;
  /** Orders that the crowd was told of. */
  readonly acknowledged: number;
  /** Commands that were told at least once to ask again; each of them had its answer in the end. */
  readonly failed: number;
  /** Appends of former owners that the fence refused, over all cycles. */
  readonly fencedAppends: number;
  readonly lost: number;
  readonly oversold: number;
  /** Everything else that was broken. */
  readonly others: number;
  /**
   * From the fault to the first order that was begun and acknowledged after it, or in a cluster until all shards of the nodes that
   * were struck answer commands, milliseconds; null without a cycle, or when they did all the time.
   */
  readonly toServeMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  readonly problems: readonly string[];
  /** Why it ended before its last cycle, unless something was broken. */
  readonly failure?: string;
  /** The directory with what is left of a world in which something was broken. */
  readonly evidence?: string;
}

/** How a run ended that did not end well. */
interface BadEnd {
  readonly failure?: string | undefined;
  readonly evidence?: string | undefined;
}

const PROBLEMS_SHOWN = 10;
const COLUMNS = [
  "fault",
  "cycles",
  "acknowledged",
  "lost",
  "oversold",
  "others",
  "failed commands",
  "fenced",
  "serves again: p50",
  "p99",
];

/** Sums up the cycles of a fault. Each result counts from the world's beginning, so the last one has it all. */
export function faultReport(
  fault: string,
  results: readonly CycleResult[],
  { failure, evidence }: BadEnd = {},
): FaultReport {
  const last = results.at(-1);
  return {
    fault,
    cycles: results.length,
    acknowledged: last?.acknowledged ?? 0,
    failed: last?.failed ?? 0,
    fencedAppends: results.reduce((sum, { fencedAppends }) => sum + fencedAppends, 0),
    lost: last?.lost ?? 0,
    oversold: last?.oversold ?? 0,
    others: last?.others ?? 0,
    toServeMs: percentiles(results.flatMap(({ toServeMs }) => toServeMs ?? [])),
    problems: last?.problems ?? [],
    ...(failure === undefined ? {} : { failure }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** Whether every fault struck as often as it should, and nothing at all was broken. */
export function isClean(reports: readonly FaultReport[]): boolean {
  return reports.every(({ failure, ...report }) => failure === undefined && isKept(report));
}

/** The table for people, and what was broken below it. */
export function chaosText(reports: readonly FaultReport[]): string {
  const rows = [COLUMNS, ...reports.map(rowOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  return [...lines, "", ...reports.flatMap(problemLines), verdict(reports)].join("\n");
}

function verdict(reports: readonly FaultReport[]): string {
  if (!reports.every(isKept)) return "BROKE ITS WORD";
  return isClean(reports) ? "nothing was lost, nothing oversold" : "NOT FINISHED";
}

/** Whether nothing was broken as far as it went. */
export function isKept({ problems, lost, oversold, others }: FaultReport): boolean {
  return problems.length + lost + oversold + others === 0;
}

function rowOf(report: FaultReport): readonly string[] {
  const { fault, cycles, acknowledged, lost, oversold, others, failed, fencedAppends, toServeMs } = report;
  const ms = (value: number | undefined): string => (value === undefined ? "-" : `${countText(value)} ms`);
  const counts = [cycles, acknowledged, lost, oversold, others, failed, fencedAppends].map(countText);
  return [fault, ...counts, ms(toServeMs?.p50), ms(toServeMs?.p99)];
}

function problemLines({ fault, problems, failure, evidence }: FaultReport): readonly string[] {
  const lines = problems.slice(0, PROBLEMS_SHOWN);
  if (failure !== undefined) lines.push(failure);
  if (evidence !== undefined) lines.push(`history, logs and verdict are in ${evidence}`);
  return lines.map((line) => `${fault}: ${line}`);
}

/** By the nearest rank: with few cycles the 99th percentile is the longest. */
function percentiles(values: readonly number[]): FaultReport["toServeMs"] {
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
