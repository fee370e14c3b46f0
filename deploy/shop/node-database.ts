import type { Log } from "../../engine/ports/log.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { migrate } from "../../persistence/postgres/migrate.ts";
import { databaseIdentity } from "../../persistence/postgres/timeline.ts";
import { SHARD_COUNT, type Config } from "../config.ts";
import type { Closers } from "./closers.ts";
import type { DataDirectory } from "./data-directory.ts";
import { DatabaseLock } from "./database-lock.ts";
import { ShopPostgres } from "./shop-postgres.ts";

/** The database of a node: its own, or the one that `DATABASE_URL` names. */
export interface NodeDatabase {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly shopId: string;
  /** It has another one than those that were restored from its backups. */
  readonly identity: string;
}

/** What a node brings to open its database. */
export interface NodeDatabaseOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  /** Gets whatever was opened, also when something after it fails. */
  readonly closers: Closers;
  /** The node ends meanwhile: what it waits for is of no use any more. */
  readonly isClosing: () => boolean;
  readonly failed: (error: Error) => void;
  readonly log: Log;
}

/**
 * Starts the database if it is the node's own, brings its tables up to date, and makes sure that no other shop uses it.
 * @throws when it cannot be had, or does not fit.
 */
export async function openNodeDatabase(options: NodeDatabaseOptions): Promise<NodeDatabase> {
  const { closers, isClosing, log } = options;
  const databaseUrl = options.config.databaseUrl ?? (await startOwn(options));
  if (isClosing()) throw new Error("the shop was closed before it was open");
  const database = await openDatabase(databaseUrl, { log });
  closers.add("database connections", () => database.close());
  const { shopId } = await migrate(database, { shardCount: SHARD_COUNT });
  await lock(database, options);
  return { databaseUrl, database, shopId, identity: await databaseIdentity(database.sql) };
}

function startOwn({ config, directory, closers, failed, log }: NodeDatabaseOptions): Promise<string> {
  const starting = new ShopPostgres(directory, { fresh: config.fresh, log, failed });
  // Known before it has started: a shop that is closed meanwhile must not leave it running.
  closers.add("embedded Postgres", () => starting.stop());
  return starting.url;
}

async function lock(
  database: Database,
  { config, closers, failed, log }: NodeDatabaseOptions,
): Promise<void> {
  const { takeOver, cluster } = config;
  const held = await DatabaseLock.take(database, {
    isShared: cluster !== undefined,
    takeOver,
    log,
    superseded: failed,
  });
  closers.add("database lock", () => held.close());
}
