/**
 * How long clients of a shard wait while it moves, under a flash sale at full speed: drains the nodes of a cluster of three real
 * processes one after the other, while a crowd at all of them buys one product.
 * Run: bun bench/moves/move-pauses.ts [--sockets 200] [--warm-up 30] [--drains 4]
 */
import { parseArgs } from "node:util";
import { assert } from "../../engine/contract/assert.ts";
import type { MoveProgress, OperationState } from "../../engine/shards/move-progress.ts";
import { socketUrl } from "../../gateway/client/options.ts";
import { LAMP, stockLamps } from "../crash/lamp-sale.ts";
import { CLUSTER_SECRET, ShopCluster } from "../cluster/shop-cluster.ts";
import { ShopperCrowd } from "../flash-sale/crowd.ts";
import { Tally } from "../flash-sale/tally.ts";
import { printTable } from "../probes/table.ts";

const NAMES = ["node-a", "node-b", "node-c"] as const;
const BETWEEN_MS = 1_000;
const COLUMNS = ["p50, ms", "p90, ms", "p99, ms", "most, ms"];
// Clients wait in the third and the fourth one.
const PHASES = ["preparing", "placing", "finishing", "adopting", "releasing"] as const;

const { values } = parseArgs({
  options: {
    sockets: { type: "string", default: "200" },
    "warm-up": { type: "string", default: "30" },
    drains: { type: "string", default: "4" },
  },
});
const sockets = wholeNumber("--sockets", values.sockets, 0);
const warmUpSeconds = wholeNumber("--warm-up", values["warm-up"], 0);
const drains = wholeNumber("--drains", values.drains, 1);

const cluster = await ShopCluster.start(NAMES.map((name) => ({ name, lanes: 1 })));
const tally = new Tally();
const crowds: ShopperCrowd[] = [];
const rows: (string | number)[][] = [];
const all: MoveProgress[] = [];
try {
  await stockLamps(cluster.node("node-a"), CLUSTER_SECRET);
  for (const [index, name] of NAMES.entries()) {
    const count = Math.floor((sockets + index) / NAMES.length);
    if (count === 0) continue;
    const crowd = new ShopperCrowd(tally, [LAMP], Number.POSITIVE_INFINITY);
    await crowd.open(new URL(socketUrl(cluster.node(name).url)), count, `${name}-`, () => undefined);
    crowds.push(crowd);
  }
  for (const crowd of crowds) crowd.start();
  await Bun.sleep(warmUpSeconds * 1_000);
  tally.open();
  const startedMs = performance.now();
  for (let drain = 0; drain < drains; drain += 1) {
    // Node-b first, as the coordinator is likely another one.
    const node = NAMES[(drain + 1) % NAMES.length];
    assert(node !== undefined, "there are three nodes");
    rows.push(await drained(node));
    await Bun.sleep(BETWEEN_MS);
  }
  const elapsedS = (performance.now() - startedMs) / 1_000;
  for (const crowd of crowds) crowd.stop();
  await Promise.all(crowds.map((crowd) => crowd.allLeft));
  rows.push(["all", all.length, "", ...columnsOf(all.map(({ pauseMs }) => pauseMs ?? 0))]);
  printTable(["drain", "shards", "took, s", ...COLUMNS], rows);
  printTable(
    ["phase, of each shard", ...COLUMNS],
    PHASES.map((phase) => [phase, ...columnsOf(all.map(({ phasesMs }) => phasesMs?.[phase] ?? 0))]),
  );
  const { p50, p99 } = tally.latencyMs("order");
  process.stdout.write(
    `${sockets} sockets: ${Math.round(tally.confirmed / elapsedS)} orders/s, order p50 ${p50} ms, p99 ${p99} ms; ` +
      `refused ${tally.refused}, sent again ${tally.retries}, without an answer ${tally.unknown}\n`,
  );
} finally {
  await cluster.close();
}
process.exit(0);

/** Has a node give all its shards away, and take shards again. */
async function drained(node: string): Promise<(string | number)[]> {
  const id = await cluster.begin({ type: "DrainNode", node });
  const { status, state, createdAtMs, endedAtMs } = await cluster.ended(id);
  assert(status === "done", "the node is empty", `${status} ${cluster.complaints}`);
  const { moves } = state as unknown as OperationState;
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

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`${option} takes a whole number from ${least}, not "${text}"`);
  process.exit(2);
}
