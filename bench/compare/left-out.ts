import { COMPARED_MEASURES, type ComparedMeasure } from "./compared-measures.ts";
import type { Side } from "./side.ts";

/** Whether all runs of a side measured something: to nothing there is no ratio. */
export function isMeasured({ valueOf }: ComparedMeasure, { runs }: Side): boolean {
  return runs.every(({ result }) => (valueOf(result) ?? 0) > 0);
}

/** What is not compared though some run measured it, and for which runs, one sentence each. */
export function remarksOnLeftOut(a: Side, b: Side): readonly string[] {
  return COMPARED_MEASURES.flatMap((measure) => {
    const wasSeen = [...a.runs, ...b.runs].some(({ result }) => (measure.valueOf(result) ?? 0) > 0);
    if (!wasSeen) return [];
    const reasons = [...missing("A", measure, a), ...missing("B", measure, b)];
    return reasons.length === 0
      ? []
      : [`${measure.label}: not compared, for it is ${reasons.join(", and ")}.`];
  });
}

function missing(name: string, { valueOf }: ComparedMeasure, { runs }: Side): readonly string[] {
  const values = runs.map(({ result }) => valueOf(result));
  const found = (what: string, count: number): readonly string[] =>
    count === 0 ? [] : [`${what} in ${count} of ${runs.length} runs of ${name}`];
  return [
    ...found("unknown", values.filter((value) => value === null).length),
    ...found("0", values.filter((value) => value !== null && value <= 0).length),
  ];
}
