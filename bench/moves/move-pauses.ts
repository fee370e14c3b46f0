/**
 * How long clients of a shard wait while it moves, under a flash sale: drains the nodes of a cluster of three real processes one
 * after the other, while customers at all of them buy one product. Either so many who order as fast as they are answered, which
 * takes all the machine there is, or so many orders per second, whatever the shop does.
 * Run: bun bench/moves/move-pauses.ts --help
 */
import { assert } from "../../engine/contract/assert.ts";
import type { MoveProgress } from "../../engine/shards/move-progress.ts";
import { documentsOf } from "../../engine/shards/operation-documents.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { stockLamps } from "../crash/lamp-sale.ts";
import { CLUSTER_SECRET, ShopCluster } from "../cluster/shop-cluster.ts";
import { readOptions, refuse, wholeNumber } from "../probes/options.ts";
import { printTable } from "../probes/table.ts";
import { FullSpeedLoad } from "./full-speed-load.ts";
import type { Stretch } from "./sale-load.ts";
import { SteadyLoad } from "./steady-load.ts";

const USAGE = `bun bench/moves/move-pauses.ts [options]

How long clients of a shard wait while it moves: drains the nodes of a cluster of three real processes one after the other, while
customers at all of them buy one product.

  --sockets N         customers who order as fast as they are answered, 0 for none (default: 200)
  --rate N            in place of these, so many orders per second, whatever the shop does
  --warm-up SECONDS   how long they buy before the first drain (default: 30)
  --drains N          how many drains (default: 4)
`;
const NAMES = ["node-a", "node-b", "node-c"] as const;
const BETWEEN_MS = 1_000;
const SOCKETS = 200;
const COLUMNS = ["p50, ms", "p90, ms", "p99, ms", "most, ms"];
// Clients wait in the third and the fourth one.
const PHASES = ["preparing", "placing", "finishing", "adopting", "releasing"] as const;

const values = readOptions(USAGE, {
  sockets: { type: "string" },
  rate: { type: "string" },
  "warm-up": { type: "string", default: "30" },
  drains: { type: "string", default: "4" },
});
if (values.sockets !== undefined && values.rate !== undefined)
  refuse("--sockets and --rate exclude each other");
const sockets = wholeNumber("--sockets", values.sockets ?? String(SOCKETS), 0);
const rate = values.rate === undefined ? undefined : wholeNumber("--rate", values.rate);
const warmUpSeconds = wholeNumber("--warm-up", values["warm-up"], 0);
const drains = wholeNumber("--drains", values.drains);

const cluster = await ShopCluster.start(NAMES.map((name) => ({ name, lanes: 1 })));
const rows: (string | number)[][] = [];
const all: MoveProgress[] = [];
const drainTimes: Stretch[] = [];
try {
  await stockLamps(cluster.node("node-a"), CLUSTER_SECRET);
  const urls = NAMES.map((name) => new URL(socketUrl(cluster.node(name).url)));
  const load =
    rate === undefined ? await FullSpeedLoad.open(urls, sockets) : await SteadyLoad.open(urls, rate);
  load.start();
  await Bun.sleep(warmUpSeconds * 1_000);
  load.count();
  for (let drain = 0; drain < drains; drain += 1) {
    // Node-b first, as the coordinator is likely another one.
    const node = NAMES[(drain + 1) % NAMES.length];
    assert(node !== undefined, "there are three nodes");
    rows.push(await drained(node));
    await Bun.sleep(BETWEEN_MS);
  }
  await load.stop();
  rows.push(["all", all.length, "", ...columnsOf(all.map(({ pauseMs }) => pauseMs ?? 0))]);
  printTable(["drain", "shards", "took, s", ...COLUMNS], rows);
  printTable(
    ["phase, of each shard", ...COLUMNS],
    PHASES.map((phase) => [phase, ...columnsOf(all.map(({ phasesMs }) => phasesMs?.[phase] ?? 0))]),
  );
  process.stdout.write(`${load.summary(drainTimes)}\n`);
} finally {
  await cluster.close();
}
process.exit(0);

/** Has a node give all its shards away, and take shards again. */
async function drained(node: string): Promise<(string | number)[]> {
  const fromMs = performance.now();
  const id = await cluster.begin({ type: "DrainNode", node });
  const operation = await cluster.ended(id);
  const { status, createdAtMs, endedAtMs } = operation;
  drainTimes.push({ fromMs, toMs: performance.now() });
  assert(status === "done", "the node is empty", `${status} ${cluster.complaints}`);
  const documents = documentsOf(operation);
  assert(documents?.kind === "drain" && documents.state !== null, "a drain tells what has moved");
  const { moves } = documents.state;
  all.push(...moves);
  await cluster.begin({ type: "UndrainNode", node });
  return [
    node,
    moves.length,
    ((endedAtMs ?? 0) - createdAtMs) / 1_000,
    ...columnsOf(moves.map(({ pauseMs }) => pauseMs ?? 0)),
  ];
}

/** The figures of {@link COLUMNS}. */
function columnsOf(timesMs: readonly number[]): readonly number[] {
  const sorted = timesMs.toSorted((one, other) => one - other);
  return [0.5, 0.9, 0.99, 1].map((share) => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0);
}
