import { resolve } from "node:path";
import { shopDeciders } from "../../actors/shop.ts";
import { parentNamed } from "../../bench/machine/cpu-time.ts";
import type { BenchShop } from "../../bench/runs/bench-shop.ts";
import { journalBytes } from "../../bench/runs/journal-bytes.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { TENANT } from "../config.ts";
import { openOn, openShops } from "./open-shops.ts";
import { checkSameShop, operatorClient, type ShopOptions } from "./options.ts";
import { openShopDatabase } from "./shop-database.ts";

/**
 * Measures the running shop that the options name, with its journal, its processes and its database. `lifeMs`: how long its operator may
 * work, an hour unless told.
 * @throws {ConfigError} when the shop that answers is not the one whose database is read, or there is none.
 */
export async function measureShop<Measured>(
  options: ShopOptions,
  measure: (shop: BenchShop, database: Database) => Promise<Measured>,
  lifeMs?: number,
): Promise<Measured> {
  // Before the database: without a running shop there is nothing to measure.
  const operator = await operatorClient(options, {}, lifeMs);
  try {
    const shopDatabase = await openShopDatabase(options.data);
    const { database } = shopDatabase;
    const journal = postgresJournal(database);
    try {
      checkSameShop(options, operator.session.shop, shopDatabase.shopId);
      const shop: BenchShop = {
        url: loopback(options.url),
        tenant: TENANT,
        operator,
        journal,
        journalBytes: () => journalBytes(database),
        deciders: shopDeciders,
        processes: {
          shopPids: await shopPids(database, resolve(options.data)),
          postgresPid: await postgresPid(database),
        },
      };
      return await measure(shop, database);
    } finally {
      await journal.close();
      await shopDatabase.close();
    }
  } finally {
    operator.close();
  }
}

/** The name `localhost` may stand for two addresses; ten thousand sockets should not have to try both. */
function loopback(url: string): string {
  const parsed = new URL(url);
  if (parsed.hostname === "localhost") parsed.hostname = "127.0.0.1";
  return parsed.href;
}

/** The server process of a database on this machine. */
async function postgresPid({ sql }: Database): Promise<number | undefined> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row === undefined ? undefined : parentNamed(row.pid, "postgres");
}

/** The processes of all nodes of the shop, or why they are not known. */
async function shopPids({ sql }: Database, dataDirectory: string): Promise<readonly number[] | string> {
  const databaseUrl = process.env["DATABASE_URL"] ?? openShops(dataDirectory)[0]?.shop.databaseUrl ?? "";
  const pids = openOn(databaseUrl, dataDirectory);
  // Each node has a session that holds the lock of the database.
  const [row] = await sql<{ nodes: number }[]>`
    select count(distinct application_name)::integer as nodes from pg_stat_activity
    where datname = current_database() and application_name like 'stampede shop %'`;
  const nodes = row?.nodes ?? 0;
  if (pids.length === nodes) return pids;
  return `${nodes - pids.length} of its ${nodes} nodes are not known on this machine; name their directory with --data`;
}
