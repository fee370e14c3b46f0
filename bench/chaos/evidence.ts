import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CycleResult } from "./run-fault.ts";
import type { TestedWorld } from "./tested-world.ts";

/** A world in which something was broken, and what was found there. */
export interface Evidence {
  /** Name of the fault. */
  readonly fault: string;
  readonly world: TestedWorld;
  readonly results: readonly CycleResult[];
  /** Why it ended before its last cycle, unless something was broken. */
  readonly failure: string | undefined;
}

/**
 * Copies what tells how it came about, before the world goes: the crowd's history, what every process has logged, and the
 * verdict on each cycle. Returns the directory, a new one in `parent`.
 */
export function keepEvidence({ fault, world, results, failure }: Evidence, parent: string): string {
  const directory = resolve(parent, `${fault}-${new Date().toISOString().replaceAll(":", "-")}`);
  mkdirSync(directory, { recursive: true });
  copyFileSync(world.history.path, join(directory, "history.ndjson"));
  for (const [name, path] of world.logs)
    if (existsSync(path)) copyFileSync(path, join(directory, `${name}.log`));
  const verdict = JSON.stringify({ fault, failure, results }, undefined, 2);
  writeFileSync(join(directory, "verdict.json"), `${verdict}\n`);
  return directory;
}
