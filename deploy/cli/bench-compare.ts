import type { Command } from "commander";
import { ConfigError } from "../config.ts";

/** What `stampede bench compare` takes beside its two sides. */
export interface CompareOptions {
  readonly json?: boolean;
}

/** Adds `stampede bench compare`. */
export function registerCompare(bench: Command): void {
  bench
    .command("compare")
    .description("Compare the results of repeated runs: which side is faster, and how surely.")
    .argument(
      "<a>",
      "result.json, a run's directory, a directory of these, a quoted pattern, or several with commas",
    )
    .argument("<b>", "the same for the other side")
    .option("--json", "print the comparison as JSON")
    .addHelpText(
      "after",
      `
Says of each measure how many times as much B has as A, with a 95 % confidence interval, which takes at least two runs of
each side; five or more, A and B in turns, are better. Refuses runs of different machines or scenarios, and runs that were
not complete.

  stampede bench run flash-sale --out runs/before-1     (and before-2, after-1, after-2, …)
  stampede bench compare 'runs/before-*' 'runs/after-*'`,
    )
    .action(benchCompare);
}

/** Compares two sides of runs and prints what came of it. */
async function benchCompare(a: string, b: string, options: CompareOptions): Promise<void> {
  const { compareSides } = await import("../../bench/compare/comparison.ts");
  const { comparisonText } = await import("../../bench/compare/comparison-text.ts");
  const { readSide } = await import("../../bench/compare/read-side.ts");
  try {
    const comparison = compareSides(await readSide(a), await readSide(b));
    const text = options.json === true ? JSON.stringify(comparison) : comparisonText(comparison);
    process.stdout.write(`${text}\n`);
  } catch (error) {
    if (isWrongInput(error)) throw new ConfigError(error.message, { cause: error });
    throw error;
  }
}

/** A file that holds no result, or results that cannot be compared. */
function isWrongInput(error: unknown): error is Error {
  return error instanceof Error && (error.name === "ResultFileError" || error.name === "NotComparable");
}
