import type { Timed } from "../load/generator-messages.ts";
import type { RunResult, TimelineSecond } from "../runs/run-result.ts";
import type { Band, Chart, Series } from "./chart.ts";
import { distributionChart } from "./distribution-chart.ts";
import { TIMED_NAMES, timedIn } from "../load/timed-names.ts";

const SECONDS = { label: "seconds since the start", kind: "seconds" } as const;

type Value = (second: TimelineSecond) => number | null;

/** All charts that a run has figures for, in the order in which a report shows them. */
export function chartsOf(result: RunResult): readonly Chart[] {
  const { timeline } = result;
  return [
    throughput(result),
    ...stock(timeline),
    ...timedIn(timeline).map((timed) => latencyOverTime(timeline, timed)),
    ...distributionChart(result.whole),
    ...refusals(result),
    load(timeline),
    lateStarts(timeline),
  ];
}

/** The stretches that charts over seconds are divided into. */
export function bandsOf({ phases }: RunResult): readonly Band[] {
  const first = phases[0]?.fromSecond ?? 0;
  const warmUp = first > 0 ? [{ label: "warm-up", fromSecond: 0, toSecond: first }] : [];
  const counted = phases.map(({ name, fromSecond, toSecond }) => ({ label: name, fromSecond, toSecond }));
  return [...warmUp, ...counted];
}

function throughput(result: RunResult): Chart {
  const { timeline } = result;
  const wasDropped = timeline.some(({ dropped }) => dropped > 0);
  return {
    id: "throughput",
    title: "Throughput",
    caption:
      "Visitors that came, units that were held for carts and orders that were confirmed, each second.",
    horizontal: SECONDS,
    vertical: { label: "per second", digits: 0, kind: "linear" },
    at: seconds(timeline),
    series: [
      rate("orders", result, ({ orders }) => orders),
      rate("arrivals", result, ({ arrivals }) => arrivals),
      rate("holds", result, ({ holds }) => holds),
      ...(wasDropped ? [rate("dropped arrivals", result, ({ dropped }) => dropped)] : []),
    ],
  };
}

function stock(timeline: readonly TimelineSecond[]): readonly Chart[] {
  if (!timeline.some(({ available }) => available !== null)) return [];
  return [
    {
      id: "stock",
      title: "Stock of the most popular product",
      caption: "Units that could still be bought at the end of each second, as a watcher was told.",
      horizontal: SECONDS,
      vertical: { label: "units", digits: 0, kind: "linear" },
      at: seconds(timeline),
      series: [{ ...line("available", timeline, ({ available }) => available), shape: "steps" }],
    },
  ];
}

function latencyOverTime(timeline: readonly TimelineSecond[], timed: Timed): Chart {
  const of = (quantile: "p50Ms" | "p95Ms" | "p99Ms" | "maxMs"): Value => {
    return ({ latencies }) => latencies[timed]?.[quantile] ?? null;
  };
  return {
    id: `latency-${timed.replace(".", "-")}`,
    title: `Latency: ${TIMED_NAMES[timed]}`,
    caption: "Of what ended in each second; a gap where nothing did.",
    horizontal: SECONDS,
    vertical: { label: "ms", digits: 2, kind: "logarithmic" },
    at: seconds(timeline),
    series: [
      line("p50", timeline, of("p50Ms")),
      line("p95", timeline, of("p95Ms")),
      line("p99", timeline, of("p99Ms")),
      line("max", timeline, of("maxMs")),
    ],
  };
}

function refusals(result: RunResult): readonly Chart[] {
  const { timeline } = result;
  const totals = new Map<string, number>();
  for (const { refusedByCode } of timeline)
    for (const [code, count] of Object.entries(refusedByCode))
      totals.set(code, (totals.get(code) ?? 0) + count);
  if (totals.size === 0) return [];
  const codes = [...totals].sort(([, one], [, other]) => other - one).map(([code]) => code);
  return [
    {
      id: "refusals",
      title: "Refusals by reason",
      caption: "How often the shop said no, and why, each second.",
      horizontal: SECONDS,
      vertical: { label: "per second", digits: 0, kind: "linear" },
      at: seconds(timeline),
      series: codes.map((code) => rate(code, result, ({ refusedByCode }) => refusedByCode[code] ?? 0)),
    },
  ];
}

function load(timeline: readonly TimelineSecond[]): Chart {
  const parts = [
    line("shop", timeline, ({ shopLoad }) => shopLoad),
    line("Postgres", timeline, ({ postgresLoad }) => postgresLoad),
    line("load generators", timeline, ({ generatorLoad }) => generatorLoad),
  ];
  return {
    id: "processors",
    title: "Processors in use",
    caption: "1 is one processor that does nothing else.",
    horizontal: SECONDS,
    vertical: { label: "processors", digits: 2, kind: "linear" },
    at: seconds(timeline),
    series: parts.filter(({ values }) => values.some((value) => value !== null)),
  };
}

function lateStarts(timeline: readonly TimelineSecond[]): Chart {
  return {
    id: "late-starts",
    title: "How late the generators were",
    caption:
      "The longest that an arrival was begun after its time: much of it means that they measure themselves.",
    horizontal: SECONDS,
    vertical: { label: "ms", digits: 2, kind: "linear" },
    at: seconds(timeline),
    series: [line("latest start", timeline, ({ latestStartMs }) => latestStartMs)],
  };
}

function seconds(timeline: readonly TimelineSecond[]): readonly number[] {
  return timeline.map(({ second }) => second);
}

function line(label: string, timeline: readonly TimelineSecond[], valueOf: Value): Series {
  return { label, values: timeline.map(valueOf), shape: "line" };
}

/** Counts of each second, but for the one in which the run was told to end: a part of a second has no rate. */
function rate(label: string, { timeline, interrupted, phases }: RunResult, valueOf: Value): Series {
  const endSeconds = interrupted ? (phases.at(-1)?.toSecond ?? 0) : 0;
  const isPart = ({ second }: TimelineSecond): boolean => second < endSeconds && endSeconds < second + 1;
  return line(label, timeline, (second) => (isPart(second) ? null : valueOf(second)));
}
