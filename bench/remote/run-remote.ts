import { shopDeciders } from "../../actors/shop.ts";
import { mintOperatorToken } from "../../gateway/auth/operator-token.ts";
import { StampedeClient } from "../../gateway/client/client.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { openDatabase } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { CLUSTER_SECRET, ShopCluster } from "../cluster/shop-cluster.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { parentNamed } from "../machine/cpu-time.ts";
import { ShopperCrowd } from "../flash-sale/crowd.ts";
import { newRunId } from "../shelves/run-id.ts";
import { skusOf } from "../shelves/run-shelves.ts";
import { markJournal, reconcile } from "../promises/reconcile.ts";
import { stockShelves } from "../shelves/stock-shelves.ts";
import { Tally } from "../flash-sale/tally.ts";
import { combine, readPartTimes, type PartProcesses } from "./part-times.ts";
import { remoteReport, type RemoteReport, type Round, type Side } from "./remote-report.ts";

/** Told of each round that is over, those included that do not count. */
export type RemoteWatch = (round: Round) => void;

/** What is measured. */
export interface RemotePlan {
  readonly sockets: number;
  /** Rounds with the lanes on each side that count; one more of each comes first. */
  readonly rounds: number;
  /** Time of a round in which its orders count, and time before that, seconds. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const TENANT = "shop";
const GATEWAY_NODE = "node-a";
const OTHER_NODE = "node-b";
const HOST_OF: Readonly<Record<Side, string>> = { local: GATEWAY_NODE, remote: OTHER_NODE };

/**
 * Measures the CPU time of a flash sale at one node's gateway: with all shards on that node, and with all on the other one, in
 * turns. Two real nodes, a real nats-server and Postgres, all on this machine; gone afterwards.
 * @throws when the shop has told a shopper something that the journal says otherwise.
 */
export async function runRemote(plan: RemotePlan, watch: RemoteWatch): Promise<RemoteReport> {
  const cluster = await ShopCluster.start([GATEWAY_NODE, OTHER_NODE].map((name) => ({ name, lanes: 1 })));
  const journal = postgresJournal(cluster.databaseUrl);
  try {
    const mark = await markJournal(journal);
    const runId = newRunId(Date.now());
    const skus = skusOf({ runId, skus: 1 });
    await stock(cluster, skus, runId);
    const processes = await processesOf(cluster);
    const rounds: Round[] = [];
    const acknowledged: Acknowledgement[] = [];
    // The first two do not count: a node compiles its program while it serves for the first time.
    for (let index = -2; index < plan.rounds * 2; index += 1) {
      const side: Side = index % 2 === 0 ? "local" : "remote";
      await moveAll(cluster, HOST_OF[side]);
      const tally = new Tally();
      const round = await sell(
        { cluster, processes, skus, name: `${runId}-${index + 2}`, side, tally },
        plan,
      );
      watch(round);
      if (index >= 0) rounds.push(round);
      acknowledged.push(...tally.acknowledged);
    }
    const run = { tenant: TENANT, skus, acknowledged, deciders: shopDeciders };
    const { lost, oversold, contradicted } = await reconcile(journal, mark, run);
    if (lost + oversold + contradicted > 0) {
      throw new Error(`the shop broke its word: ${JSON.stringify({ lost, oversold, contradicted })}`);
    }
    return remoteReport(plan.sockets, rounds);
  } finally {
    await journal.close();
    await cluster.close();
  }
}

interface Sale {
  readonly cluster: ShopCluster;
  readonly processes: PartProcesses;
  readonly skus: readonly string[];
  /** Tells this sale's keys from those of others. */
  readonly name: string;
  readonly side: Side;
  readonly tally: Tally;
}

async function sell(
  { cluster, processes, skus, name, side, tally }: Sale,
  { sockets, seconds, warmUpSeconds }: RemotePlan,
): Promise<Round> {
  const crowd = new ShopperCrowd(tally, skus, Number.POSITIVE_INFINITY);
  const url = new URL(socketUrl(cluster.node(GATEWAY_NODE).url));
  await crowd.open(url, sockets, `${name}-`, () => undefined);
  crowd.start();
  await Bun.sleep(warmUpSeconds * 1_000);
  tally.open();
  const startedMs = performance.now();
  const before = readPartTimes(processes);
  await Bun.sleep(seconds * 1_000);
  const micros = combine(before, readPartTimes(processes), (earlier, later) => later - earlier);
  tally.close();
  const elapsedMs = performance.now() - startedMs;
  crowd.stop();
  await crowd.allLeft;
  crowd.close();
  if (tally.refused + tally.unknown + tally.retries > 0) throw new Error("the shop refused what it had");
  const { p50: p50Ms, p99: p99Ms } = tally.latencyMs("order");
  return { side, seconds: elapsedMs / 1_000, orders: tally.confirmed, micros, p50Ms, p99Ms };
}

async function stock(cluster: ShopCluster, skus: readonly string[], runId: string): Promise<void> {
  const token = await mintOperatorToken(CLUSTER_SECRET, { tenant: TENANT, nowMs: Date.now() });
  const operator = await StampedeClient.connect({ url: cluster.node(GATEWAY_NODE).url, token });
  await stockShelves(operator, skus, { runId });
  operator.close();
}

/** Has all shards served by one node. */
async function moveAll(cluster: ShopCluster, node: string): Promise<void> {
  const { shards } = await cluster.placement();
  const elsewhere = [...shards.keys()].filter((shard) => shards[shard]?.node !== node);
  if (elsewhere.length > 0) {
    const id = await cluster.begin({ type: "MoveShards", shards: elsewhere, node, lane: null });
    const { status } = await cluster.ended(id);
    if (status !== "done") throw new Error(`the shards have not moved to ${node}: ${status}`);
  }
  await cluster.untilAllServe();
}

async function processesOf(cluster: ShopCluster): Promise<PartProcesses> {
  const database = await openDatabase(cluster.databaseUrl);
  const [row] = await database.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const postgres = parentNamed(row?.pid ?? 0, "postgres");
  await database.close();
  const { pid: nats } = cluster.nats;
  if (postgres === undefined || nats === undefined)
    throw new Error("Postgres or nats-server does not run here");
  return {
    gatewayNode: cluster.node(GATEWAY_NODE).pid,
    otherNode: cluster.node(OTHER_NODE).pid,
    nats,
    postgres,
  };
}
