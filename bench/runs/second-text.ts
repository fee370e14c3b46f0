import { clockText, countText, loadText, msText, refusalsText } from "../figures/figures-text.ts";
import { ALL_TIMED, TIMED_NAMES } from "../load/timed-names.ts";
import type { BriefLatency, TimelineSecond } from "./run-result.ts";

/** A line of the picture of a run. */
export interface ShownLine {
  readonly text: string;
  readonly style?: "headline" | "alarm";
}

const LABEL_WIDTH = 11;

/** A second of a run in lines, for a terminal. */
export function secondLines(second: TimelineSecond): readonly ShownLine[] {
  const { arrivals, dropped, orders, holds, available } = second;
  const { name, p50Ms, p95Ms, p99Ms, maxMs } = shownLatency(second.latencies);
  const latency =
    `p50 ${msText(p50Ms)}   p95 ${msText(p95Ms)}   p99 ${msText(p99Ms)}   max ${msText(maxMs)} ms   ${name}`.trimEnd();
  const cpu = `shop ${loadText(second.shopLoad)}   Postgres ${loadText(second.postgresLoad)}   generators ${loadText(second.generatorLoad)}`;
  const droppedText = dropped > 0 ? `   DROPPED ${countText(dropped)}` : "";
  return [
    {
      text: labelled("arrivals", `${countText(arrivals)}/s${droppedText}`),
      ...(dropped > 0 ? { style: "alarm" as const } : {}),
    },
    { text: labelled("orders", `${countText(orders)}/s   units held ${countText(holds)}/s`) },
    { text: labelled("refused", refusalsText(second.refusedByCode) || "0") },
    { text: labelled("latency", latency) },
    {
      text: labelled(
        "stock",
        available === null ? "unknown" : `${countText(available)} of the most popular product`,
      ),
    },
    { text: labelled("processors", cpu) },
  ];
}

/** A second in one line, for logs. */
export function plainLine(second: TimelineSecond): string {
  const { phase, arrivals, orders, dropped, available } = second;
  const { name, p50Ms, p99Ms } = shownLatency(second.latencies);
  return [
    `${clockText(second.second + 1)} ${phase}: arrivals ${countText(arrivals)}/s`,
    `orders ${countText(orders)}/s`,
    `dropped ${countText(dropped)}`,
    `refused ${refusalsText(second.refusedByCode) || "0"}`,
    `${name} p50 ${msText(p50Ms)} ms`.trimStart(),
    `p99 ${msText(p99Ms)} ms`,
    ...(available === null ? [] : [`stock ${countText(available)}`]),
    `processors: shop ${loadText(second.shopLoad)}, Postgres ${loadText(second.postgresLoad)}, generators ${loadText(second.generatorLoad)}`,
  ].join(", ");
}

/** Of what is timed, that which says most about a shop and occurred, with its name. */
export function shownLatency(
  latencies: TimelineSecond["latencies"],
): Partial<BriefLatency> & { readonly name: string } {
  const timed = ALL_TIMED.find((each) => latencies[each] !== undefined);
  return timed === undefined ? { name: "" } : { name: TIMED_NAMES[timed], ...latencies[timed] };
}

/** A line that says what it is about. */
export function labelled(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`;
}
