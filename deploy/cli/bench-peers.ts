import { interruptible } from "../../bench/interruption/interruption.ts";
import { Contest, type ContestStage } from "../../bench/peers/contest.ts";
import type { Entrant, EntrantName } from "../../bench/peers/entrant.ts";
import { peersReport, shopKeptItsWord } from "../../bench/peers/peers-report.ts";
import { peersText, titleOf } from "../../bench/peers/peers-text.ts";
import { redisEntrant } from "../../bench/peers/redis/redis-entrant.ts";
import { ShopEntrant } from "../../bench/peers/shop-entrant.ts";
import { PeerDatabase } from "../../bench/peers/sql/peer-database.ts";
import { sqlEntrants } from "../../bench/peers/sql/sql-entrants.ts";
import { waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import { postgresLedger } from "../../bench/replay/shop-ledger.ts";
import { thisMachine } from "../../bench/machine/machine.ts";
import { ConfigError, TENANT } from "../config.ts";
import type { PeersOptions } from "./bench-peers-command.ts";
import { measureShop } from "./measured-shop.ts";
import { readRunningShop } from "./running-shop.ts";

const CONNECTION_CHOICES = [4, 16, 64];
const APPEND_FSYNCS = ["always", "everysec"] as const;

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
  const { buyers, rounds, seconds, warmUp: warmUpSeconds } = options;
  const plan = { buyers, rounds, seconds, warmUpSeconds };
  const standings = await measureShop(options, async (shop, database) => {
    await using opened = new AsyncDisposableStack();
    const { shopPids, postgresPid } = shop.processes;
    const ledger = postgresLedger(database, TENANT);
    const untilCaughtUp = () => waitUntilCaughtUp(ledger, () => undefined);
    const known = typeof shopPids === "string" ? [] : shopPids;
    const servers = [...known, postgresPid].filter((pid) => pid !== undefined);
    const entrants = [new ShopEntrant(shop, buyers), ...(await openPeers(options, postgresPid, opened))];
    return await new Contest(plan, { signal, servers, untilCaughtUp, began }).run(entrants);
  });
  const report = peersReport(startedAt, thisMachine(), plan, standings);
  process.stdout.write(`${options.json === true ? JSON.stringify(report) : peersText(report)}\n`);
  process.exitCode = shopKeptItsWord(report) ? 0 : 1;
}

/** Everybody whom the shop is compared with. What is opened for them closes with `opened`. */
async function openPeers(
  options: PeersOptions,
  postgresPid: number | undefined,
  opened: AsyncDisposableStack,
): Promise<readonly Entrant[]> {
  const redis: Entrant[] = [];
  // Before the database: a missing program is better known at once.
  for (const appendFsync of options.redis ? APPEND_FSYNCS : [])
    redis.push(opened.adopt(await redisEntrant(appendFsync), (entrant) => entrant.close()));
  const database = opened.adopt(await PeerDatabase.create(serverUrlOf(options)), (made) => made.drop());
  const connectionChoices = options.connections === undefined ? CONNECTION_CHOICES : [options.connections];
  return [...sqlEntrants({ database, serverPid: postgresPid, connectionChoices }), ...redis];
}

/** Where the running shop has its database. @throws {ConfigError} when it does not tell. */
function serverUrlOf({ data }: PeersOptions): string {
  const url = process.env["DATABASE_URL"] ?? readRunningShop(data)?.databaseUrl;
  if (url === undefined) throw new ConfigError(`--data: no shop is open on ${data}`);
  return url;
}

/** One line per sale. */
function began(stage: ContestStage, name: EntrantName, sale: number, sales: number): void {
  process.stderr.write(`${stage} ${sale} of ${sales}: ${titleOf(name)}\n`);
}
