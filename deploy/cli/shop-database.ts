import { join, resolve } from "node:path";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { databaseIdentity } from "../../persistence/postgres/timeline.ts";
import { checkDatabaseUrl, ConfigError } from "../config.ts";
import { DataDirectory } from "../shop/data-directory.ts";
import { consoleLog } from "./console-log.ts";
import { hasEmbeddedDatabase } from "./data-option.ts";
import { CLUSTER_DIRECTORY, openShops } from "./open-shops.ts";

/** A database with the identity of its shop. */
export interface ShopDatabase {
  readonly database: Database;
  /** As a gateway on it tells its clients: another one than that of a shop that was restored from its backup. */
  readonly shopId: string;
  readonly shardCount: number;
  /** Which one it is, for people: a stopped shop's directory, else host, port and database. */
  readonly place: string;
  /** No shop is open on it, nor can one open before it is closed. */
  readonly isStopped: boolean;
  /** Closes the connections, and stops the database if it was started for this command. */
  close(): Promise<void>;
}

/**
 * Opens the database of the shop in a data directory, or that of DATABASE_URL. The embedded database of a stopped shop is
 * started for as long as it is needed; no shop can start on it meanwhile.
 * @throws {ConfigError} when there is none, or DATABASE_URL cannot be used.
 */
export async function openShopDatabase(dataDirectory: string): Promise<ShopDatabase> {
  const path = resolve(dataDirectory);
  const nothingToStop = (): Promise<void> => Promise.resolve();
  const url = process.env["DATABASE_URL"];
  if (url !== undefined) {
    checkDatabaseUrl(url);
    return connect(
      url,
      { place: ({ server }) => `${server} (DATABASE_URL)`, isStopped: false },
      nothingToStop,
    );
  }
  const [open] = openShops(path);
  // A cluster below it is meant where it holds no shop of its own, stopped or not.
  const isAnother = open === undefined || open.home === join(path, CLUSTER_DIRECTORY);
  if (isAnother && hasEmbeddedDatabase(path)) return openStopped(path);
  if (open === undefined)
    throw new ConfigError(`--data: there is no shop in ${path}. Name its directory, or set DATABASE_URL.`);
  const place = ({ server }: Database): string => `${server} (of the shop that is open on ${path})`;
  return connect(open.shop.databaseUrl, { place, isStopped: false }, nothingToStop);
}

async function openStopped(path: string): Promise<ShopDatabase> {
  const directory = DataDirectory.open(path);
  try {
    const postgres = await startEmbeddedPostgres({ directory: directory.databaseDirectory, log: consoleLog });
    const stop = async (): Promise<void> => {
      await postgres.stop();
      directory.close();
    };
    return await connect(postgres.url, { place: () => path, isStopped: true }, stop).catch(
      async (error: unknown) => {
        await postgres.stop();
        throw error;
      },
    );
  } catch (error) {
    directory.close();
    throw error;
  }
}

async function connect(
  url: string,
  { place, isStopped }: { readonly place: (database: Database) => string; readonly isStopped: boolean },
  stop: () => Promise<void>,
): Promise<ShopDatabase> {
  const database = await openDatabase(url, { applicationName: "stampede command", log: consoleLog });
  try {
    const [shop] = await database.sql<{ shard_count: number }[]>`select shard_count from shop`;
    if (shop === undefined) throw new Error(`The database at ${database.server} has no shop.`);
    const close = async (): Promise<void> => {
      await database.close();
      await stop();
    };
    const shopId = await databaseIdentity(database.sql);
    const { shard_count: shardCount } = shop;
    return { database, shopId, shardCount, place: place(database), isStopped, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The line above what a command prints for people. */
export function databaseLine({ place }: ShopDatabase): string {
  return `database ${place}\n`;
}
