import type { RunResult } from "../../runs/run-result.ts";
import { aligned, figure, share } from "../figures.ts";
import { html, type Markup } from "../markup.ts";

/** The figures that a run is known by. */
export function keyFiguresSection({ whole, reconciliation }: RunResult): Markup {
  const { order, push } = whole.latencies;
  const figures: readonly (readonly [name: string, value: string])[] = [
    ["orders per second", figure(whole.ordersPerSecond, 1)],
    ["orders", figure(whole.orders)],
    ["order, p50", order === undefined ? figure(null) : `${aligned(order.p50Ms, 2)} ms`],
    ["order, p99", order === undefined ? figure(null) : `${aligned(order.p99Ms, 2)} ms`],
    ["order, p99.99", order === undefined ? figure(null) : `${aligned(order.p9999Ms, 2)} ms`],
    ...(push === undefined ? [] : [["push, p99", `${aligned(push.p99Ms, 2)} ms`] as const]),
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
