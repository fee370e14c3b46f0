import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "../../postgres/database.ts";
import type { Database } from "../../postgres/database.ts";
import { testDatabase } from "../../testing/test-database.ts";
import { testDirectory } from "../../testing/test-server.ts";
import { restoreBackup, type RestoredShop } from "../restore-backup.ts";
import { takeBackup } from "../take-backup.ts";
import type { TakenBackup } from "../take-backup.ts";

/** A folder for backups, and databases to restore them into. */
export class BackupRig {
  readonly folder: string;
  readonly #ends: (() => Promise<unknown>)[] = [];
  #files = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<BackupRig> {
    return new BackupRig(await testDirectory());
  }

  /** The name of a file that is not there yet. */
  newPath(): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}.backup`);
  }

  /** Backs a database up to a new file. */
  async taken(
    database: Database,
    signal = new AbortController().signal,
  ): Promise<TakenBackup & { readonly path: string }> {
    const path = this.newPath();
    const taken = await takeBackup(database, { path, release: "test", signal, progress: () => undefined });
    return { ...taken, path };
  }

  async emptyDatabase(): Promise<Database> {
    const { url, close } = await testDatabase();
    const database = await openDatabase(url);
    this.#ends.push(
      () => database.close(),
      () => close(),
    );
    return database;
  }

  /** A new database with what a backup holds. */
  async restored(path: string, nowMs = Date.now()): Promise<Database> {
    const database = await this.emptyDatabase();
    await restoreInto(database, path, nowMs);
    return database;
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
    await rm(this.folder, { recursive: true });
  }
}

export function restoreInto(database: Database, path: string, nowMs = Date.now()): Promise<RestoredShop> {
  const { signal } = new AbortController();
  return restoreBackup(database, { path, nowMs, signal, progress: () => undefined });
}
