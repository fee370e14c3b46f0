import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import type { Log } from "../../engine/ports/log.ts";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { ADMIN_TOKEN_FILE, DataDirectory, RESTORING_DIRECTORY, SECRET_FILE } from "./data-directory.ts";

/** What may be there before: secrets that belong to the shop, and what a process leaves that has had the directory. */
const MAY_BE_THERE: ReadonlySet<string> = new Set([
  SECRET_FILE,
  ADMIN_TOKEN_FILE,
  RESTORING_DIRECTORY,
  "shop.lock",
  "shop.lock.guard",
]);

/** Something in a data directory that keeps a shop from being restored there; undefined where nothing is. */
export function obstacleIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readdirSync(path).find((name) => !MAY_BE_THERE.has(name));
  } catch {
    // Whoever opens the directory says what is wrong with it.
    return undefined;
  }
}

/**
 * Makes the embedded database of a shop: `fill` gets the URL of an empty one, and the shop has it once that is done. If it fails
 * nothing of it is left.
 */
export async function restoreDirectory<Result>(
  path: string,
  log: Log,
  fill: (databaseUrl: string) => Promise<Result>,
): Promise<Result> {
  const wasThere = existsSync(path);
  const directory = DataDirectory.open(path);
  const { restoringDirectory } = directory;
  let isRestored = false;
  try {
    if (existsSync(restoringDirectory)) {
      await removeUnfinished(restoringDirectory, log);
      log.warn({}, `removed ${restoringDirectory}, which a restore that was killed has left`);
    }
    const postgres = await startEmbeddedPostgres({ directory: restoringDirectory, log });
    let filled: Result;
    try {
      filled = await fill(postgres.url);
    } finally {
      await postgres.stop();
    }
    renameSync(restoringDirectory, directory.databaseDirectory);
    sync(path);
    isRestored = true;
    return filled;
  } finally {
    if (!isRestored) await removeUnfinished(restoringDirectory, log);
    directory.close();
    if (!isRestored && !wasThere) rmSync(path, { recursive: true });
  }
}

/** It may still be running. */
async function removeUnfinished(directory: string, log: Log): Promise<void> {
  await stopEmbeddedPostgres({ directory, log });
  rmSync(directory, { recursive: true, force: true });
}

/** Has the names in a folder on the disk. */
function sync(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
