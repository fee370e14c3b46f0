import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { ConfigError } from "../config.ts";
import { DataDirectory } from "../shop/data-directory.ts";
import { consoleLog } from "./console-log.ts";
import { readRunningShop } from "./running-shop.ts";

/** A database with the identity of its shop. */
export interface ShopDatabase {
  readonly database: Database;
  readonly shopId: string;
  readonly shardCount: number;
  /** Closes the connections, and stops the database if it was started for this command. */
  close(): Promise<void>;
}

/**
 * Opens the database of the shop in a data directory, or that of DATABASE_URL. The embedded database of a stopped shop is
 * started for as long as it is needed; no shop can start on it meanwhile.
 * @throws {ConfigError} when there is none.
 */
export async function openShopDatabase(dataDirectory: string): Promise<ShopDatabase> {
  const url = process.env["DATABASE_URL"] ?? readRunningShop(dataDirectory)?.databaseUrl;
  return url === undefined ? openStopped(resolve(dataDirectory)) : connect(url, () => Promise.resolve());
}

async function openStopped(path: string): Promise<ShopDatabase> {
  if (!existsSync(join(path, "postgres"))) {
    throw new ConfigError(`--data: there is no shop in ${path}. Name its directory, or set DATABASE_URL.`);
  }
  const directory = DataDirectory.open(path);
  try {
    const postgres = await startEmbeddedPostgres({ directory: directory.databaseDirectory, log: consoleLog });
    const stop = async (): Promise<void> => {
      await postgres.stop();
      directory.close();
    };
    return await connect(postgres.url, stop).catch(async (error: unknown) => {
      await postgres.stop();
      throw error;
    });
  } catch (error) {
    directory.close();
    throw error;
  }
}

async function connect(url: string, stop: () => Promise<void>): Promise<ShopDatabase> {
  const database = await openDatabase(url, { applicationName: "stampede command", log: consoleLog });
  try {
    const [shop] = await database.sql<{ shop_id: string; shard_count: number }[]>`
      select shop_id, shard_count from shop`;
    if (shop === undefined) throw new Error(`The database at ${database.server} has no shop.`);
    const close = async (): Promise<void> => {
      await database.close();
      await stop();
    };
    return { database, shopId: shop.shop_id, shardCount: shop.shard_count, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}
