import type { CpuUse, Latency, PhaseResult, RunResult, Stretch } from "../../runs/run-result.ts";
import { aligned, figure } from "../figures.ts";
import { html, type Markup } from "../markup.ts";
import { tableMarkup } from "../table.ts";
import { TIMED_NAMES, timedIn } from "../../load/timed-names.ts";

const QUANTILES: readonly (readonly [heading: string, field: Exclude<keyof Latency, "histogram">])[] = [
  ["min", "minMs"],
  ["mean", "meanMs"],
  ["p50", "p50Ms"],
  ["p75", "p75Ms"],
  ["p90", "p90Ms"],
  ["p95", "p95Ms"],
  ["p99", "p99Ms"],
  ["p99.9", "p999Ms"],
  ["p99.99", "p9999Ms"],
  ["max", "maxMs"],
];

/** What was measured over all phases and in each: latencies, counts, refusals and processors. */
export function measuredSection({ whole, phases }: RunResult): Markup {
  const stretches = [{ name: "all phases", measured: whole }, ...phases];
  return html`<h2>Latencies</h2>
    ${stretches.map(({ name, measured }) => latencies(name, measured))}
    <h2>Counts</h2>
    <div class="card">${counts(stretches)}</div>
    <h2>Refusals</h2>
    <div class="card">${refusals(stretches)}</div>
    <h2>Processors</h2>
    <div class="card">${processors(stretches)}</div>`;
}

type Named = Pick<PhaseResult, "name" | "measured">;

function latencies(name: string, measured: Stretch): Markup {
  const rows = timedIn([measured]).flatMap((timed) => {
    const latency = measured.latencies[timed];
    if (latency === undefined) return [];
    const values = QUANTILES.map(([, field]) => aligned(latency[field], 2));
    return [[TIMED_NAMES[timed], figure(latency.count), ...values]];
  });
  const headings = ["what", "count", ...QUANTILES.map(([heading]) => heading)];
  if (rows.length === 0) return html`<p>Latencies of ${name}: nothing was timed.</p>`;
  return html`<div class="card">
    ${tableMarkup({ caption: `Latencies of ${name}, ms`, headings, rows })}
  </div>`;
}

function counts(stretches: readonly Named[]): Markup {
  return tableMarkup({
    caption: "Counts, and rates per second",
    headings:
      "phase,seconds,arrivals,dropped,completed,unfinished,orders,orders/s,holds,holds/s,commands,sent again".split(
        ",",
      ),
    rows: stretches.map(({ name, measured: stretch }) => [
      name,
      figure(stretch.seconds, 1),
      ...[stretch.arrivals, stretch.dropped, stretch.completed].map((value) => figure(value)),
      figure(stretch.unfinished),
      figure(stretch.orders),
      figure(stretch.ordersPerSecond, 1),
      figure(stretch.holds),
      figure(stretch.holdsPerSecond, 1),
      figure(stretch.commands),
      figure(stretch.retries),
    ]),
  });
}

function refusals(stretches: readonly Named[]): Markup {
  const codes = [...new Set(stretches.flatMap(({ measured }) => Object.keys(measured.refusedByCode)))].sort();
  return tableMarkup({
    caption: "Refusals by reason; those that ask to try again, and of these those that say when",
    headings: ["phase", "all", ...codes, "try again", "with a time"],
    rows: stretches.map(({ name, measured: { refused, refusedByCode, retryable, retryableWithHint } }) => [
      name,
      figure(refused),
      ...codes.map((code) => figure(refusedByCode[code] ?? 0)),
      figure(retryable),
      figure(retryableWithHint),
    ]),
  });
}

function processors(stretches: readonly Named[]): Markup {
  const values = (cpu: CpuUse): readonly string[] => [
    figure(cpu.microsPerOrder, 1),
    figure(cpu.shopMicrosPerOrder, 1),
    figure(cpu.postgresMicrosPerOrder, 1),
    figure(cpu.generatorMicrosPerOrder, 1),
    figure(cpu.shopLoad, 2),
    figure(cpu.postgresLoad, 2),
    figure(cpu.generatorLoad, 2),
  ];
  const parts = ["shop", "Postgres", "generators"];
  return tableMarkup({
    caption: "Processor time per confirmed order, µs, and load in processors",
    headings: [
      "phase",
      "per order",
      ...parts.map((part) => `${part}, µs`),
      ...parts.map((part) => `${part}, load`),
    ],
    rows: stretches.map(({ name, measured }) => [name, ...values(measured.cpu)]),
  });
}
