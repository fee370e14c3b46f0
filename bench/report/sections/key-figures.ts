import { msText } from "../../figures/figures-text.ts";
import type { RunResult } from "../../runs/run-result.ts";
import { figure, share, UNKNOWN } from "../figures.ts";
import { html, type Markup } from "../markup.ts";

/** The figures that a run is known by. */
export function keyFiguresSection({ whole, reconciliation }: RunResult): Markup {
  const { order, push } = whole.latencies;
  const figures: readonly (readonly [name: string, value: string])[] = [
    ["orders per second", figure(whole.ordersPerSecond, 1)],
    ["orders", figure(whole.orders)],
    ["order, p50", latency(order?.p50Ms)],
    ["order, p99", latency(order?.p99Ms)],
    ["order, p99.99", latency(order?.p9999Ms)],
    ...(push === undefined ? [] : [["push, p99", latency(push.p99Ms)] as const]),
    ["oversold", figure(reconciliation?.oversold)],
    ["lost", figure(reconciliation?.lost)],
    ["arrivals dropped", share(whole.dropped, whole.arrivals)],
    [
      "CPU per order",
      whole.cpu.microsPerOrder === null ? figure(null) : `${figure(whole.cpu.microsPerOrder)} µs`,
    ],
  ];
  return html`<dl class="key">
    ${figures.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function latency(ms: number | undefined): string {
  return ms === undefined ? UNKNOWN : `${msText(ms)} ms`;
}
