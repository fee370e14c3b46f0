import { MUTATIONS, type Mutation } from "./mutation.ts";
import type { SimulationResult } from "./simulation.ts";
import { runSeeds } from "./workers.ts";

/** How a planted bug fared. */
export interface Hunt {
  readonly bug: string;
  readonly sentence: string;
  /** Seeds until it was found; undefined when it was not. */
  readonly foundAfter: number | undefined;
  readonly seed?: number;
  /** The checks that found it, the first one first. */
  readonly checks: readonly string[];
}

/** Runs seeds with a planted bug until one finds it, or the hunt shall end early. */
export async function hunt(
  mutation: Mutation,
  firstSeed: number,
  seedsMax: number,
  signal?: AbortSignal,
): Promise<Hunt> {
  let seeds = 0;
  let found: SimulationResult | undefined;
  const order = { first: firstSeed, step: 1, count: seedsMax, untilFound: true };
  await runSeeds(
    order,
    (result) => {
      seeds += 1;
      if (result.violations.length > 0) found = result;
    },
    { mutation: mutation.name, signal },
  );
  const { name: bug, sentence } = mutation;
  if (found === undefined) return { bug, sentence, foundAfter: undefined, checks: [] };
  const checks = [...new Set(found.violations.map(({ check }) => check))];
  return { bug, sentence, foundAfter: seeds, seed: found.seed, checks };
}

/** Hunts all planted bugs, as many at a time as there are processors. One that was broken off is left out. */
export async function huntAll(
  firstSeed: number,
  seedsMax: number,
  ended: (hunted: Hunt) => void,
  signal?: AbortSignal,
): Promise<readonly Hunt[]> {
  const hunts: Hunt[] = [];
  const waiting = [...MUTATIONS];
  const isEnded = (): boolean => signal?.aborted === true;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !isEnded(); next = waiting.shift()) {
      const hunted = await hunt(next, firstSeed, seedsMax, signal);
      if (isEnded() && hunted.foundAfter === undefined) return;
      hunts.push(hunted);
      ended(hunted);
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, work));
  const order = MUTATIONS.map(({ name }) => name);
  return hunts.toSorted((left, right) => order.indexOf(left.bug) - order.indexOf(right.bug));
}

/** The hunts as a table for people. */
export function huntTable(hunts: readonly Hunt[]): string {
  const rows = hunts.map(({ bug, foundAfter, seed, checks }) => [
    bug,
    foundAfter === undefined ? "NOT FOUND" : `after ${foundAfter} seed${foundAfter === 1 ? "" : "s"}`,
    seed === undefined ? "" : String(seed),
    checks.join(", "),
  ]);
  const all = [["planted bug", "found", "seed", "by"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] as string).length)));
  const found = hunts.filter(({ foundAfter }) => foundAfter !== undefined).length;
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n${found} of ${hunts.length} found`;
}
