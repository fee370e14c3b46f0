import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { interruptible } from "../../bench/interruption/interruption.ts";
import { FileExists, removeUnfinished } from "../../persistence/backup/new-file.ts";
import { takeBackup, type TakenBackup } from "../../persistence/backup/take-backup.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { ConfigError } from "../config.ts";
import { VERSION } from "../version.ts";
import { contentDocument, contentText, megabytes } from "./backup-text.ts";
import type { BackupShopOptions } from "./backup.ts";
import { progress } from "./progress.ts";
import { databaseLine, openShopDatabase } from "./shop-database.ts";

/**
 * Backs the shop up, and prints what came of it.
 * @throws {ConfigError} when there is no shop, or a file of that name.
 */
export async function backupShop(file: string | undefined, options: BackupShopOptions): Promise<void> {
  const path = pathOf(file);
  await tellingLeftovers(dirname(path));
  const taken = await interruptible(async (signal) => {
    const shopDatabase = await openShopDatabase(options.data);
    try {
      if (options.json !== true) process.stdout.write(databaseLine(shopDatabase));
      return await take(shopDatabase.database, path, signal);
    } finally {
      await shopDatabase.close();
    }
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify(contentDocument(path, taken))}\n`);
  else process.stdout.write(`${path}: ${contentText(taken)}\n${SECRETS}\n`);
}

const SECRETS =
  "Its secret and its admin token are not in it: keep the files secret and admin-token of its directory, or what " +
  "STAMPEDE_SECRET and STAMPEDE_ADMIN_TOKEN hold, elsewhere.";

async function take(database: Database, path: string, signal: AbortSignal): Promise<TakenBackup> {
  const shown = progress("backing up, MB of rows");
  const beganAtMs = performance.now();
  try {
    return await takeBackup(database, {
      path,
      release: VERSION,
      signal,
      progress(rowBytes, fileBytes) {
        const bytesPerSecond = (rowBytes / (performance.now() - beganAtMs)) * 1000;
        const note = `${megabytes(fileBytes)} MB in the file, ${megabytes(bytesPerSecond)} MB/s`;
        shown.update(Math.round(rowBytes / 1e6), note);
      },
    });
  } catch (error) {
    if (error instanceof FileExists) throw new ConfigError(error.message, { cause: error });
    throw error;
  } finally {
    shown.finish();
  }
}

/** The file as it was named, or one that is named by the time, here or in the folder that was named. */
function pathOf(file = "."): string {
  const path = resolve(file);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return join(path, `stampede-${time}Z.backup`);
}

async function tellingLeftovers(folder: string): Promise<void> {
  for (const name of await removeUnfinished(folder))
    process.stderr.write(`removed ${join(folder, name)}, which a backup that was killed has left\n`);
}
