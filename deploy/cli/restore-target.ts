import { resolve } from "node:path";
import { assertEmpty, DatabaseNotEmpty } from "../../persistence/backup/restore-backup.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { checkDatabaseUrl } from "../config.ts";
import { obstacleIn, restoreDirectory } from "../shop/restored-directory.ts";
import { consoleLog } from "./console-log.ts";
import { PrecheckRefused } from "./precheck-refused.ts";

/** Where a shop is restored to. */
export interface RestoreTarget {
  /** For people: a directory, or host, port and database. */
  readonly place: string;
  /** The directory of a shop with an embedded database; undefined for one at DATABASE_URL. */
  readonly directory: string | undefined;
  /** @throws {PrecheckRefused} when something is there. */
  assertEmpty(): Promise<void>;
  /** Has `fill` fill an empty database, which is the shop's then. If it fails nothing is left. */
  restore<Result>(fill: (database: Database) => Promise<Result>): Promise<Result>;
}

/** The database of DATABASE_URL, or else a data directory. */
export async function restoreTarget(dataDirectory: string): Promise<RestoreTarget> {
  const url = process.env["DATABASE_URL"];
  if (url === undefined) return directoryTarget(resolve(dataDirectory));
  checkDatabaseUrl(url);
  // Tells at once when it cannot be reached.
  const place = await withDatabase(url, ({ server }) => Promise.resolve(server));
  return {
    place: `${place} (DATABASE_URL)`,
    directory: undefined,
    assertEmpty: () => withDatabase(url, assertEmptyDatabase),
    restore: (fill) => withDatabase(url, fill),
  };
}

function directoryTarget(path: string): RestoreTarget {
  return {
    place: path,
    directory: path,
    assertEmpty() {
      const obstacle = obstacleIn(path);
      if (obstacle === undefined) return Promise.resolve();
      return Promise.reject(
        new PrecheckRefused(
          `--data: ${path} is not empty (it has ${obstacle}): restore into a new directory`,
        ),
      );
    },
    restore: (fill) => restoreDirectory(path, consoleLog, (url) => withDatabase(url, fill)),
  };
}

async function assertEmptyDatabase(database: Database): Promise<void> {
  try {
    await assertEmpty(database);
  } catch (error) {
    if (!(error instanceof DatabaseNotEmpty)) throw error;
    throw new PrecheckRefused(`DATABASE_URL: ${error.message}`, { cause: error });
  }
}

async function withDatabase<Result>(
  url: string,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(url, { applicationName: "stampede restore", log: consoleLog });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
