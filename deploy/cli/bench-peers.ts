import { shopDeciders } from "../../actors/shop.ts";
import { parentNamed } from "../../bench/flash-sale/cpu-time.ts";
import { interruptible } from "../../bench/interruption/interruption.ts";
import { Contest, type ContestStage } from "../../bench/peers/contest.ts";
import type { Entrant, EntrantName } from "../../bench/peers/entrant.ts";
import { peersReport, shopKeptItsWord } from "../../bench/peers/peers-report.ts";
import { peersText, titleOf } from "../../bench/peers/peers-text.ts";
import { redisEntrant } from "../../bench/peers/redis/redis-entrant.ts";
import { ShopEntrant } from "../../bench/peers/shop-entrant.ts";
import { PeerDatabase } from "../../bench/peers/sql/peer-database.ts";
import { sqlEntrants } from "../../bench/peers/sql/sql-entrants.ts";
import { thisMachine } from "../../bench/runs/machine.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { ConfigError, TENANT } from "../config.ts";
import type { PeersOptions } from "./bench-peers-command.ts";
import { checkSameShop, operatorClient } from "./options.ts";
import { readRunningShop } from "./running-shop.ts";
import { openShopDatabase } from "./shop-database.ts";

const CONNECTION_CHOICES = [4, 16, 64];

/**
 * Sells a hot product by the shop and by its peers, prints how they compare, and sets the exit code: 1 when the shop broke its
 * word.
 * @throws {Interrupted} when it was ended early.
 */
export function benchPeers(options: PeersOptions): Promise<void> {
  return interruptible((signal) => compare(options, signal));
}

async function compare(options: PeersOptions, signal: AbortSignal): Promise<void> {
  const startedAt = new Date().toISOString();
  await using opened = new AsyncDisposableStack();
  const { entrants, servers } = await openEntrants(options, opened);
  const { buyers, rounds, seconds, warmUp: warmUpSeconds } = options;
  const plan = { buyers, rounds, seconds, warmUpSeconds };
  const standings = await new Contest(plan, { signal, servers, began }).run(entrants);
  const report = peersReport(startedAt, thisMachine(), plan, standings);
  process.stdout.write(`${options.json === true ? JSON.stringify(report) : peersText(report)}\n`);
  process.exitCode = shopKeptItsWord(report) ? 0 : 1;
}

/** Everybody who takes part, the shop first, and the processes whose work they share. */
async function openEntrants(options: PeersOptions, opened: AsyncDisposableStack) {
  const operator = opened.adopt(await operatorClient(options), (client) => client.close());
  const shopDatabase = opened.adopt(await openShopDatabase(options.data), (database) => database.close());
  checkSameShop(options, operator.session.shop, shopDatabase.shopId);
  const { database } = shopDatabase;
  const journal = opened.adopt(postgresJournal(database), (store) => store.close());
  const [backend] = await database.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const postgresPid = backend === undefined ? undefined : parentNamed(backend.pid, "postgres");
  const shopPid = readRunningShop(options.data)?.pid;
  const shop = {
    url: loopback(options.url),
    tenant: TENANT,
    operator,
    journal,
    deciders: shopDeciders,
    processes: { shopPid, postgresPid },
  };
  const entrants: Entrant[] = [new ShopEntrant(shop, options.buyers)];
  // Before the database: a missing program is better known at once.
  for (const appendFsync of options.redis ? (["always", "everysec"] as const) : []) {
    const redis = opened.adopt(await redisEntrant(appendFsync), (entrant) => entrant.close());
    entrants.push(redis);
  }
  const peerDatabase = opened.adopt(await PeerDatabase.create(serverUrlOf(options)), (made) => made.drop());
  const connectionChoices = options.connections === undefined ? CONNECTION_CHOICES : [options.connections];
  const sql = sqlEntrants({ database: peerDatabase, serverPid: postgresPid, connectionChoices });
  entrants.splice(1, 0, ...sql);
  return { entrants, servers: [shopPid, postgresPid].filter((pid) => pid !== undefined) };
}

/** Where the running shop has its database. @throws {ConfigError} when it does not tell. */
function serverUrlOf({ data }: PeersOptions): string {
  const url = process.env["DATABASE_URL"] ?? readRunningShop(data)?.databaseUrl;
  if (url === undefined) throw new ConfigError(`--data: no shop is open on ${data}`);
  return url;
}

/** The name `localhost` may stand for two addresses; many sockets should not have to try both. */
function loopback(url: string): string {
  const parsed = new URL(url);
  if (parsed.hostname === "localhost") parsed.hostname = "127.0.0.1";
  return parsed.href;
}

/** One line per sale. */
function began(stage: ContestStage, name: EntrantName, sale: number, sales: number): void {
  process.stderr.write(`${stage} ${sale} of ${sales}: ${titleOf(name)}\n`);
}
