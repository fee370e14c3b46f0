import type { RunResult } from "../runs/run-result.ts";
import { keptItsWord } from "../runs/verdict.ts";
import type { Side, SideRun } from "./side.ts";

/** What makes the figures of a comparison doubtful, one sentence each. */
export function remarksOn(a: Side, b: Side): readonly string[] {
  return [...remarksOnSide("A", a), ...remarksOnSide("B", b), ...remarksOnNumber(a, b)];
}

function remarksOnNumber({ runs }: Side, { runs: others }: Side): readonly string[] {
  if (runs.length > 1 && others.length > 1) return [];
  return [
    "A side with one run has nothing to tell a difference from chance by: repeat both, in turns, and give each side all of its runs.",
  ];
}

function remarksOnSide(side: string, { runs }: Side): readonly string[] {
  const versions = new Set(runs.map(({ result }) => result.version));
  const remarks = [
    count(runs, ({ saturation }) => saturation.isSaturated, "were limited by their load generators"),
    count(runs, ({ whole }) => whole.dropped > 0, "dropped arrivals, whose latencies are missing"),
    count(runs, ({ whole }) => whole.unfinished > 0, "had visits that never ended, whose orders are missing"),
    count(runs, ({ reconciliation }) => reconciliation === null, "were not compared with the journal"),
    count(runs, hasBrokenItsWord, "lost, oversold or made up orders: their figures are worth nothing"),
    versions.size > 1 ? `mixes versions ${[...versions].join(", ")}` : undefined,
  ];
  return remarks.flatMap((remark) => (remark === undefined ? [] : [`${side}: ${remark}.`]));
}

function count(
  runs: readonly SideRun[],
  isSo: (result: RunResult) => boolean,
  what: string,
): string | undefined {
  const affected = runs.filter(({ result }) => isSo(result)).length;
  return affected === 0 ? undefined : `${affected} of ${runs.length} runs ${what}`;
}

function hasBrokenItsWord({ reconciliation }: RunResult): boolean {
  return reconciliation !== null && !keptItsWord(reconciliation);
}
