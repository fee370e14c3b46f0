import type { CycleResult } from "./run-fault.ts";

/** What became of one fault. */
export interface FaultReport {
  readonly fault: string;
  readonly cycles: number;
  /** Orders that the crowd was told of. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly oversold: number;
  /** Everything else that was broken. */
  readonly others: number;
  /** From the fault to the first order that was begun and acknowledged after it, milliseconds; null without a cycle. */
  readonly toServeMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  readonly problems: readonly string[];
}

const PROBLEMS_SHOWN = 10;
const COLUMNS = ["fault", "cycles", "acknowledged", "lost", "oversold", "others", "serves again: p50", "p99"];

/** Sums up the cycles of a fault. Each result counts from the world's beginning, so the last one has it all. */
export function faultReport(fault: string, results: readonly CycleResult[]): FaultReport {
  const last = results.at(-1);
  return {
    fault,
    cycles: results.length,
    acknowledged: last?.acknowledged ?? 0,
    lost: last?.lost ?? 0,
    oversold: last?.oversold ?? 0,
    others: last?.others ?? 0,
    toServeMs: percentiles(results.map(({ toServeMs }) => toServeMs)),
    problems: last?.problems ?? [],
  };
}

/** Whether nothing at all was broken. */
export function isClean(reports: readonly FaultReport[]): boolean {
  return reports.every(
    ({ problems, lost, oversold, others }) => problems.length + lost + oversold + others === 0,
  );
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
  const verdict = isClean(reports) ? "nothing was lost, nothing oversold" : "BROKE ITS WORD";
  return [...lines, "", ...reports.flatMap(problemLines), verdict].join("\n");
}

function rowOf({
  fault,
  cycles,
  acknowledged,
  lost,
  oversold,
  others,
  toServeMs,
}: FaultReport): readonly string[] {
  const ms = (value: number | undefined): string =>
    value === undefined ? "-" : `${number(Math.round(value))} ms`;
  const counts = [cycles, acknowledged, lost, oversold, others].map(number);
  return [fault, ...counts, ms(toServeMs?.p50), ms(toServeMs?.p99)];
}

function problemLines({ fault, problems }: FaultReport): readonly string[] {
  return problems.slice(0, PROBLEMS_SHOWN).map((problem) => `${fault}: ${problem}`);
}

/** By the nearest rank: with few cycles the 99th percentile is the longest. */
function percentiles(values: readonly number[]): FaultReport["toServeMs"] {
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
