import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { until } from "./postmaster.ts";

const DEADLINE_MS = 10_000;
/** Somebody else has removed something before us, or put something where we had removed all. */
const SOMEBODY_ELSE: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTEMPTY", "EEXIST"]);

/**
 * Removes all folders in `directory` whose names begin with `prefix`. The program that made one may still be filling or
 * removing it: `initdb` outlives the shop that started it for a moment.
 * @throws when a folder cannot be removed, or somebody goes on filling it for longer than 10 s.
 */
export async function removeLeftovers(directory: string, prefix: string): Promise<void> {
  const noneIsLeft = await until(async () => {
    const left = (await readdir(directory)).filter((name) => name.startsWith(prefix));
    for (const name of left) await remove(join(directory, name));
    return left.length === 0;
  }, DEADLINE_MS);
  if (!noneIsLeft)
    throw new Error(`A program goes on filling ${join(directory, prefix)}*: end it, then start again.`);
}

async function remove(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && SOMEBODY_ELSE.has(error.code))) throw error;
  }
}
