import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../engine/ports/log.ts";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { openDatabase, type Database, type DatabaseOptions } from "../../persistence/postgres/database.ts";
import { migrate } from "../../persistence/postgres/migrate.ts";

const silent = (): void => undefined;

/** Says nothing: a probe prints its table only. */
export const silentLog: Log = { debug: silent, info: silent, warn: silent, error: silent };

/** Runs `use` with a new database of the shop on a server of its own, which is gone afterwards. */
export async function withProbeDatabase(
  use: (database: Database) => Promise<void>,
  options: DatabaseOptions = {},
): Promise<void> {
  await withProbeDirectory(async (directory) => {
    const server = await startEmbeddedPostgres({ directory, log: silentLog });
    try {
      const database = await openDatabase(server.url, options);
      try {
        await migrate(database, { shardCount: 256 });
        await use(database);
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  });
}

/** Runs `use` with a new directory, which is gone afterwards. */
export async function withProbeDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const nest = mkdtempSync(join(tmpdir(), "stampede-probe-"));
  // As root the server runs as another user, who has to get in.
  chmodSync(nest, 0o755);
  try {
    await use(join(nest, "postgres"));
  } finally {
    rmSync(nest, { recursive: true, force: true });
  }
}
