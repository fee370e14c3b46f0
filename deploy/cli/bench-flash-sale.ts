import { resolve } from "node:path";
import { shopDeciders } from "../../actors/shop.ts";
import { parentNamed } from "../../bench/flash-sale/cpu-time.ts";
import { keptItsWord } from "../../bench/flash-sale/flash-sale-report.ts";
import { flashSaleText } from "../../bench/flash-sale/flash-sale-text.ts";
import { newRunId, type FlashSalePlan } from "../../bench/flash-sale/plan.ts";
import { runFlashSale, type FlashSaleStage } from "../../bench/flash-sale/run-flash-sale.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { TENANT } from "../config.ts";
import type { FlashSaleOptions } from "./bench.ts";
import { openOn, openShops } from "./open-shops.ts";
import { checkSameShop, operatorClient } from "./options.ts";
import { progress, type Progress } from "./progress.ts";
import { openShopDatabase } from "./shop-database.ts";

/** Runs a flash sale, prints its report, and sets the exit code: 1 when the shop broke its word or went away. */
export async function benchFlashSale(options: FlashSaleOptions): Promise<void> {
  // Before the database: without a running shop there is nothing to measure.
  const operator = await operatorClient(options);
  const interruption = new AbortController();
  const interrupt = (): void => {
    // The second Ctrl-C ends the process in the usual way.
    process.off("SIGINT", interrupt);
    interruption.abort();
  };
  process.on("SIGINT", interrupt);
  const shown = stages();
  try {
    const shopDatabase = await openShopDatabase(options.data);
    const journal = postgresJournal(shopDatabase.database);
    try {
      checkSameShop(options, operator.session.shop, shopDatabase.shopId);
      const shop = {
        url: loopback(options.url),
        tenant: TENANT,
        operator,
        journal,
        deciders: shopDeciders,
        processes: {
          shopPids: await shopPids(shopDatabase.database, resolve(options.data)),
          postgresPid: await postgresPid(shopDatabase.database),
        },
      };
      const watch = { signal: interruption.signal, progress: shown.tell };
      const report = await runFlashSale(shop, planOf(options), watch);
      shown.end();
      process.stdout.write(`${options.json === true ? JSON.stringify(report) : flashSaleText(report)}\n`);
      process.exitCode = keptItsWord(report) && !report.shopWentAway ? 0 : 1;
    } finally {
      await journal.close();
      await shopDatabase.close();
    }
  } finally {
    shown.end();
    operator.close();
    process.off("SIGINT", interrupt);
  }
}

function planOf({ sockets, skus, seconds, warmUp, orders, stock }: FlashSaleOptions): FlashSalePlan {
  return {
    runId: newRunId(Date.now()),
    sockets,
    skus,
    seconds,
    warmUpSeconds: orders === undefined ? warmUp : 0,
    ...(orders === undefined ? {} : { orders }),
    ...(stock === undefined ? {} : { stock }),
  };
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

/** One progress display per stage. */
function stages() {
  let current: FlashSaleStage | undefined;
  let shown: Progress | undefined;
  return {
    tell: (stage: FlashSaleStage, done: number, total: number | undefined): void => {
      if (stage !== current) {
        shown?.finish();
        shown = progress(stage === "opening sockets" ? stage : `${stage}: orders`, total);
        current = stage;
      }
      shown?.update(done);
    },
    end: (): void => {
      shown?.finish();
      shown = undefined;
    },
  };
}
