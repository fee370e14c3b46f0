import { aligned } from "../report/figures.ts";
import type { ComparedSide, Comparison, MeasureComparison } from "./comparison.ts";
import { COMPARED_MEASURES } from "./compared-measures.ts";

const LABEL_WIDTH = 28;
const VALUE_WIDTH = 11;
const RATIO_WIDTH = 9;
const INTERVAL_WIDTH = 18;

/** A comparison for people, in lines. */
export function comparisonText(comparison: Comparison): string {
  const { scenario, machine, a, b, measures, remarks, confidence } = comparison;
  const percent = `${Math.round(confidence * 100)} %`;
  return [
    `${scenario} on ${machine.processor}, ${machine.cores} cores`,
    `A  ${sideText(a)}`,
    `B  ${sideText(b)}`,
    "",
    row("", ["A", "B", "B / A", percent], ""),
    ...measures.map(measureRow),
    ...(measures.length === 0 ? ["nothing that all of these runs measured"] : []),
    "",
    `Geometric means of the runs; the ratio is in its interval with ${percent} confidence (Welch's t, of logarithms).`,
    ...byChance(comparison),
    ...remarks.map((remark) => `note: ${remark}`),
  ].join("\n");
}

function sideText({ name, runIds, versions }: ComparedSide): string {
  const runs = runIds.length === 1 ? "one run" : `${runIds.length} runs`;
  return `${name}: ${runs} of Stampede ${versions.join(", ")}`;
}

function measureRow({ name, label, a, b, ratio, interval, verdict }: MeasureComparison): string {
  const digits = COMPARED_MEASURES.find((measure) => measure.name === name)?.digits ?? 2;
  const bounds = interval === null ? "unknown" : `${aligned(interval.low, 3)} … ${aligned(interval.high, 3)}`;
  return row(label, [aligned(a, digits), aligned(b, digits), aligned(ratio, 3), bounds], verdict);
}

function row(label: string, values: readonly [string, string, string, string], verdict: string): string {
  const [a, b, ratio, interval] = values;
  const figures = a.padStart(VALUE_WIDTH) + b.padStart(VALUE_WIDTH) + ratio.padStart(RATIO_WIDTH);
  return `${label.padEnd(LABEL_WIDTH)}${figures}${interval.padStart(INTERVAL_WIDTH)}   ${verdict}`.trimEnd();
}

/** So many intervals miss so many times. */
function byChance({ measures, confidence }: Comparison): readonly string[] {
  const tested = measures.filter(({ interval }) => interval !== null).length;
  if (tested < 2) return [];
  const oneIn = Math.round(1 / (1 - confidence));
  return [`Of ${tested} measures, about one in ${oneIn} shows a difference by chance alone.`];
}
