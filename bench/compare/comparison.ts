import type { Machine } from "../machine/machine.ts";
import { checkComparable } from "./comparable.ts";
import { COMPARED_MEASURES, type ComparedMeasure } from "./compared-measures.ts";
import { isMeasured, remarksOnLeftOut } from "./left-out.ts";
import { CONFIDENCE, estimateRatio, geometricMean, type RatioEstimate } from "./ratio.ts";
import { remarksOn } from "./remarks.ts";
import type { Side } from "./side.ts";

/** Two sides of runs, measure by measure: what `bench compare --json` prints. */
export interface Comparison {
  readonly scenario: string;
  readonly machine: Machine;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** Of every interval. */
  readonly confidence: number;
  readonly measures: readonly MeasureComparison[];
  /** What a reader must know before believing the figures, one sentence each. */
  readonly remarks: readonly string[];
}

/** What one side consists of. */
export interface ComparedSide {
  readonly name: string;
  readonly runIds: readonly string[];
  /** Versions of Stampede. */
  readonly versions: readonly string[];
}

/** One measure on both sides: geometric means over the runs, and B by A. */
export interface MeasureComparison extends RatioEstimate {
  readonly name: string;
  readonly label: string;
  readonly a: number;
  readonly b: number;
  readonly verdict: Verdict;
}

/**
 * What is said of B. `faster` and `slower` of rates and latencies, `less` and `more` of what an order takes; `no difference
 * shown` when 1 is in the interval, `one run only` when a side has one run, and so nothing to tell a difference from chance by.
 */
export type Verdict = "faster" | "slower" | "less" | "more" | "no difference shown" | "one run only";

/**
 * Compares two sides.
 * @throws {NotComparable} when they are of different machines or scenarios, or a run is not complete.
 */
export function compareSides(a: Side, b: Side): Comparison {
  checkComparable(a, b);
  const [first] = a.runs;
  if (first === undefined) throw new Error(`${a.name} has no run`);
  return {
    scenario: first.result.scenario.name,
    machine: first.result.machine,
    a: described(a),
    b: described(b),
    confidence: CONFIDENCE,
    measures: COMPARED_MEASURES.flatMap((measure) => compareMeasure(measure, a, b)),
    remarks: [...remarksOn(a, b), ...remarksOnLeftOut(a, b)],
  };
}

function described({ name, runs }: Side): ComparedSide {
  return {
    name,
    runIds: runs.map(({ result }) => result.runId),
    versions: [...new Set(runs.map(({ result }) => result.version))],
  };
}

/** Nothing when some run did not measure it, or measured nothing; a remark says so. */
function compareMeasure(measure: ComparedMeasure, a: Side, b: Side): readonly MeasureComparison[] {
  if (!isMeasured(measure, a) || !isMeasured(measure, b)) return [];
  const valuesOf = ({ runs }: Side): readonly number[] =>
    runs.map(({ result }) => measure.valueOf(result) ?? 0);
  const [from, to] = [valuesOf(a), valuesOf(b)];
  const estimate = estimateRatio(from, to);
  return [
    {
      name: measure.name,
      label: measure.label,
      a: geometricMean(from),
      b: geometricMean(to),
      ...estimate,
      verdict: verdictOf(measure, estimate),
    },
  ];
}

function verdictOf({ kind, better }: ComparedMeasure, { interval }: RatioEstimate): Verdict {
  if (interval === null) return "one run only";
  if (interval.low <= 1 && interval.high >= 1) return "no difference shown";
  const isMore = interval.low > 1;
  if (kind === "effort") return isMore ? "more" : "less";
  return isMore === (better === "more") ? "faster" : "slower";
}
