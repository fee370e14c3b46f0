import { firstDifference } from "./first-difference.ts";
import type { Side, SideRun } from "./side.ts";

/** Runs whose figures say nothing about one another; the message names two of them and what differs. */
export class NotComparable extends Error {
  override readonly name = "NotComparable";
}

/**
 * Makes sure that all runs of both sides did the same on the same machine, each to its end, and that none is given twice.
 * @throws {NotComparable} at the first that is not so.
 */
export function checkComparable(a: Side, b: Side): void {
  const runs = [...a.runs, ...b.runs];
  const [first, ...others] = runs;
  for (const run of runs) checkComplete(run);
  checkOnce(runs);
  if (first === undefined) return;
  for (const other of others) {
    checkSame("of different machines", first, other, ({ result: { machine } }) => {
      const { id, ...described } = machine;
      // Its name says less than what it is made of.
      return { machine: { ...described, id } };
    });
    checkSame("of different scenarios", first, other, ({ result: { scenario } }) => ({
      // Description and thresholds say what is thought of the figures, and make none.
      scenario: { ...scenario, description: "", thresholds: [] },
    }));
    checkSame("with different numbers of generators", first, other, ({ result: { generators } }) => ({
      generators,
    }));
  }
}

function checkComplete({ path, result }: SideRun): void {
  if (result.shopWentAway) throw new NotComparable(`${path}: the shop went away before the run was over`);
  if (result.interrupted) throw new NotComparable(`${path}: the run was ended before its time`);
}

function checkOnce(runs: readonly SideRun[]): void {
  const seen = new Map<string, string>();
  for (const { path, result } of runs) {
    const earlier = seen.get(result.runId);
    if (earlier !== undefined)
      throw new NotComparable(
        `${earlier} and ${path} are the same run, ${result.runId}: repeat the run instead`,
      );
    seen.set(result.runId, path);
  }
}

function checkSame(kind: string, one: SideRun, other: SideRun, part: (run: SideRun) => object): void {
  const found = firstDifference(part(one), part(other));
  if (found === undefined) return;
  const [mine, theirs] = [found.one, found.other].map((value) => JSON.stringify(value) ?? "not there");
  throw new NotComparable(
    `runs ${kind} are not compared: ${found.path} is ${mine} in ${one.path}, and ${theirs} in ${other.path}`,
  );
}
