import { geometricMean, type RatioEstimate } from "../compare/ratio.ts";
import { pairedRatio } from "./paired-ratio.ts";
import type { WorkloadFigures } from "./workload.ts";

/** What a change does to the work of one kind. */
export interface WorkloadChange {
  readonly name: string;
  readonly unit: string;
  /** Processor time per unit, microseconds: the geometric mean over the pairs, as in the ratio. */
  readonly baseMicros: number;
  readonly changeMicros: number;
  /** How many times as much processor time the change takes as its base. */
  readonly cpu: RatioEstimate;
  /** Quantities per unit that do not depend on the machine, where both trees have them. */
  readonly quantities: readonly { readonly name: string; readonly base: number; readonly change: number }[];
}

/** What the two trees took, one right after the other. */
export type Pair = readonly [base: readonly WorkloadFigures[], change: readonly WorkloadFigures[]];

/** Compares workload by workload; one that only one of the trees has is left out. */
export function compareFigures(pairs: readonly Pair[]): readonly WorkloadChange[] {
  const [first] = pairs;
  if (first === undefined) return [];
  return first[1].flatMap((change) => {
    const base = named(first[0], change.name);
    if (base === undefined) return [];
    const micros = pairs.map(([ofBase, ofChange]): readonly [number, number] => [
      named(ofBase, change.name)?.cpuMicrosPerUnit ?? Number.NaN,
      named(ofChange, change.name)?.cpuMicrosPerUnit ?? Number.NaN,
    ]);
    return {
      name: change.name,
      unit: change.unit,
      baseMicros: geometricMean(micros.map(([value]) => value)),
      changeMicros: geometricMean(micros.map(([, value]) => value)),
      cpu: pairedRatio(micros),
      quantities: Object.entries(change.quantities).flatMap(([name, value]) => {
        const before = base.quantities[name];
        return before === undefined ? [] : [{ name, base: before, change: value }];
      }),
    };
  });
}

/** The comparison as a Markdown table. */
export function changeText(changes: readonly WorkloadChange[]): string {
  const lines = changes.flatMap(({ name, unit, baseMicros, changeMicros, cpu, quantities }) => [
    `| ${name} | CPU, µs per ${unit} | ${readable(baseMicros)} | ${readable(changeMicros)} | ${ratioText(cpu)} | ${verdict(cpu)} |`,
    ...quantities.map(
      ({ name: quantity, base, change }) =>
        `| ${name} | ${quantity} per ${unit} | ${readable(base)} | ${readable(change)} | ${base === 0 ? "" : readable(change / base)} | |`,
    ),
  ]);
  return [
    "| work | of it | base | change | ratio | |",
    "| --- | --- | ---: | ---: | ---: | --- |",
    ...lines,
    "",
  ].join("\n");
}

/** What can be said with 95 % confidence. */
function verdict({ interval }: RatioEstimate): string {
  if (interval === null) return "one pair shows nothing";
  if (interval.low > 1) return "more";
  return interval.high < 1 ? "less" : "no difference shown";
}

function ratioText({ ratio, interval }: RatioEstimate): string {
  return interval === null
    ? readable(ratio)
    : `${readable(ratio)} (${readable(interval.low)}–${readable(interval.high)})`;
}

function readable(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 2 : 0 });
}

function named(figures: readonly WorkloadFigures[], name: string): WorkloadFigures | undefined {
  return figures.find((each) => each.name === name);
}
