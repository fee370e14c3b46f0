import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** A seed that once found a bug, with the faults that it needs for that. */
export interface FailedSeed {
  readonly seed: number;
  /** Separated by commas, as `--faults` takes them. */
  readonly faults: string;
  /** The check that found it then. */
  readonly check: string;
}

const PATH = join(import.meta.dir, "failed-seeds.json");
const schema = z.array(z.object({ seed: z.int(), faults: z.string(), check: z.string() }));

/** All seeds that ever failed: every run of the tests plays them again. */
export function readFailedSeeds(): readonly FailedSeed[] {
  return schema.parse(JSON.parse(readFileSync(PATH, "utf8")));
}

/** Keeps a seed, once. */
export function keepFailedSeed(failed: FailedSeed): void {
  const known = readFailedSeeds();
  if (known.some(({ seed, faults }) => seed === failed.seed && faults === failed.faults)) return;
  writeFileSync(PATH, `${JSON.stringify([...known, failed], undefined, 2)}\n`);
}
