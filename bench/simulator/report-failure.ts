import { keepFailedSeed, type FailedSeed } from "./failed-seeds.ts";
import { ForgottenPromises } from "./forgotten-promises.ts";
import { shrink } from "./shrink.ts";
import { simulate, type SimulationResult } from "./simulation.ts";

// A simulation takes a tenth of a second: nobody wants to wait longer than for a cup of tea.
const SHRINK_ATTEMPTS_MAX = 150;

/** A failed seed with the least that it takes to see it fail. */
export interface Failure {
  readonly result: SimulationResult;
  /** The command that repeats it. */
  readonly command: string;
  /** The command with only the faults that it needs. */
  readonly shrunkCommand: string;
  readonly kept: FailedSeed;
}

/** Shrinks a failed seed's faults to those that its first violation needs, and keeps it. */
export async function reportFailure(
  result: SimulationResult,
  faults: readonly string[] | undefined,
): Promise<Failure> {
  const { seed, violations } = result;
  const check = violations[0]?.check ?? "";
  const promises = new ForgottenPromises();
  const fails = async (some: readonly string[]): Promise<boolean> => {
    const again = await promises.watch(() => simulate(seed, { faults: some }));
    return again.violations.some((violation) => violation.check === check);
  };
  const needed = await shrink(result.faults, fails, SHRINK_ATTEMPTS_MAX);
  promises.close();
  const kept = { seed, faults: textOf(needed), check };
  keepFailedSeed(kept);
  return { result, command: commandOf(seed, faults), shrunkCommand: commandOf(seed, needed), kept };
}

/** The failure for people. */
export function failureText({ result, command, shrunkCommand }: Failure): string {
  return [
    `seed ${result.seed} breaks ${result.violations.length} promises:`,
    ...result.violations.slice(0, 5).map(({ check, detail }) => `  ${check}: ${detail.slice(0, 300)}`),
    `  again:  ${command}`,
    `  shrunk: ${shrunkCommand}`,
  ].join("\n");
}

function commandOf(seed: number, faults: readonly string[] | undefined): string {
  const named = faults === undefined ? "" : ` --faults ${textOf(faults)}`;
  return `npm run sim -- --seed ${seed}${named}`;
}

function textOf(faults: readonly string[]): string {
  return faults.length === 0 ? "none" : faults.join(",");
}
