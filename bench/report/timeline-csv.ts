import type { Timed } from "../load/generator-messages.ts";
import type { RunResult, TimelineSecond } from "../runs/run-result.ts";
import { timedIn } from "../load/timed-names.ts";

/** One column: its heading, and its value in a second; null for nothing. */
type Column = readonly [heading: string, valueOf: (second: TimelineSecond) => string | number | null];

const QUANTILES = ["p50Ms", "p95Ms", "p99Ms", "maxMs"] as const;

/**
 * Every second of a run as CSV (RFC 4180, with a heading). Columns are called as in the result, `order.p99Ms` for what is
 * nested; latencies in milliseconds, loads in processors; nothing where nothing was measured.
 */
export function timelineCsv({ timeline }: RunResult): string {
  const columns: readonly Column[] = [
    ["second", ({ second }) => second],
    ["phase", ({ phase }) => phase],
    ["arrivals", ({ arrivals }) => arrivals],
    ["dropped", ({ dropped }) => dropped],
    ["orders", ({ orders }) => orders],
    ["holds", ({ holds }) => holds],
    ...refusalColumns(timeline),
    ...timedIn(timeline).flatMap(latencyColumns),
    ["available", ({ available }) => available],
    ["shopLoad", ({ shopLoad }) => shopLoad],
    ["postgresLoad", ({ postgresLoad }) => postgresLoad],
    ["generatorLoad", ({ generatorLoad }) => generatorLoad],
    ["latestStartMs", ({ latestStartMs }) => latestStartMs],
  ];
  const rows = timeline.map((second) => columns.map(([, valueOf]) => cell(valueOf(second))));
  return [columns.map(([heading]) => cell(heading)), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function refusalColumns(timeline: readonly TimelineSecond[]): readonly Column[] {
  const codes = new Set(timeline.flatMap(({ refusedByCode }) => Object.keys(refusedByCode)));
  return [...codes]
    .sort()
    .map((code): Column => [`refused.${code}`, ({ refusedByCode }) => refusedByCode[code] ?? 0]);
}

function latencyColumns(timed: Timed): readonly Column[] {
  return QUANTILES.map((quantile): Column => [
    `${timed}.${quantile}`,
    ({ latencies }) => latencies[timed]?.[quantile] ?? null,
  ]);
}

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
