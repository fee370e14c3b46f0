import type { SimulationResult } from "./simulation.ts";

/** What a run of many seeds came to. */
export interface Totals {
  seeds: number;
  operations: number;
  segments: number;
  violations: number;
  /** How often each kind of fault happened. */
  readonly faults: Record<string, number>;
  readonly failed: SimulationResult[];
}

/** Nothing yet. */
export function noTotals(): Totals {
  return { seeds: 0, operations: 0, segments: 0, violations: 0, faults: {}, failed: [] };
}

/** Adds one seed. */
export function addTo(totals: Totals, result: SimulationResult): void {
  totals.seeds += 1;
  totals.operations += result.operations;
  totals.segments += result.segments;
  totals.violations += result.violations.length;
  for (const name of result.faults) {
    const kind = name.split("@")[0] as string;
    totals.faults[kind] = (totals.faults[kind] ?? 0) + 1;
  }
  if (result.violations.length > 0) totals.failed.push(result);
}

/** The totals for people. */
export function totalsText(totals: Totals, tookMs: number): string {
  const { seeds, operations, segments, violations, faults } = totals;
  const seconds = tookMs / 1_000;
  const kinds = Object.entries(faults).toSorted(([, left], [, right]) => right - left);
  const width = Math.max(0, ...kinds.map(([kind]) => kind.length));
  return [
    `${counted(seeds, "seed")} in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(1)} a second)`,
    `${counted(operations, "operation")}, ${counted(segments, "segment")}`,
    `${counted(
      kinds.reduce((sum, [, times]) => sum + times, 0),
      "fault",
    )}:`,
    ...kinds.map(([kind, times]) => `  ${kind.padEnd(width)}  ${count(times).padStart(9)}`),
    counted(violations, "violation") +
      (violations === 0 ? "" : ` in ${counted(totals.failed.length, "seed")}`),
  ].join("\n");
}

/** A number with its noun, for people. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
