import { afterAll, beforeAll, expect, test } from "bun:test";
import { parseAddress } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import {
  compareWithJournal,
  LAMP,
  LAMPS,
  openLampCrowd,
  stockLamps,
  verifyShop,
} from "../crash/lamp-sale.ts";
import type { LampCrowd } from "../crash/lamp-sale.ts";
import { PatientShopper } from "../crash/patient-shopper.ts";
import { ShopProcess } from "../crash/shop-process.ts";
import type { JournalMark } from "../promises/reconcile.ts";
import { CLUSTER_SECRET, ShopCluster } from "./shop-cluster.ts";

const TEST_MS_MAX = 90_000;
const NAMES = ["node-a", "node-b", "node-c"] as const;
const SHOPPERS_PER_NODE = 2;
// So that each moment of a move meets commands, and nodes have to wait for their turn on a core.
const CROWD_PER_NODE = 30;
// Clients wait up to ten seconds before they connect again, and up to five before they send a command again.
const PATIENCE_MS = 25_000;

let started: ShopCluster | undefined;
let cluster: ShopCluster;
let mark: JournalMark;
const patient: PatientShopper[] = [];
const shopping: Promise<void>[] = [];
const crowds: LampCrowd[] = [];

beforeAll(async () => {
  started = await ShopCluster.start(NAMES.map((name) => ({ name, lanes: name === "node-a" ? 2 : 1 })));
  cluster = started;
  mark = await stockLamps(cluster.node("node-a"), CLUSTER_SECRET);
  // Nothing moves but what these tests move: half a dozen shoppers leave lanes idle, which are balanced at once.
  await cluster.begin({ type: "SuspendRebalancing" });
  for (const name of NAMES) {
    for (let count = 0; count < SHOPPERS_PER_NODE; count += 1)
      patient.push(await PatientShopper.connect(cluster.node(name).url));
  }
  shopping.push(...patient.map((shopper) => shopper.shop(LAMP)));
}, TEST_MS_MAX);
// Should the start have failed, that is the error to be told.
afterAll(() => started?.close(), TEST_MS_MAX);

function lampShard(): number {
  const address = parseAddress(`shop/inventory/${LAMP}`);
  assert(address !== undefined, "the lamp is a product");
  return shardOf(address, 256);
}

/** Another node than the given ones. */
function other(...names: readonly string[]): string {
  const found = NAMES.find((name) => !names.includes(name));
  assert(found !== undefined, "there are three nodes");
  return found;
}

/** Waits until each of the shoppers has got some more orders, also those who have to find their node again. */
async function untilServed(shoppers: readonly PatientShopper[], more = 3): Promise<void> {
  const before = shoppers.map(({ acknowledged }) => acknowledged.length);
  const isServed = ({ acknowledged, problems }: PatientShopper, index: number): boolean =>
    problems.length > 0 || acknowledged.length >= (before[index] ?? 0) + more;
  const endsAtMs = performance.now() + PATIENCE_MS;
  while (!shoppers.every(isServed)) {
    if (performance.now() > endsAtMs)
      throw new Error(`waited ${PATIENCE_MS} ms until every shopper is served\n${cluster.complaints}`);
    await Bun.sleep(20);
  }
  expect(patient.flatMap(({ problems }) => problems)).toEqual([]);
}

/** The shoppers at one node. */
function shoppersAt(name: string): readonly PatientShopper[] {
  const first = NAMES.findIndex((each) => each === name) * SHOPPERS_PER_NODE;
  return patient.slice(first, first + SHOPPERS_PER_NODE);
}

/** Crowds at some nodes that keep buying while something is done. Returns what went wrong for them. */
async function crowdWhile(names: readonly string[], act: () => Promise<void>): Promise<unknown> {
  const opened = await Promise.all(
    names.map((name) => openLampCrowd(cluster.node(name), `${name}-${crowds.length}-`, CROWD_PER_NODE)),
  );
  crowds.push(...opened);
  for (const { tally } of opened) tally.open();
  await act();
  for (const { crowd } of opened) crowd.stop();
  await Promise.all(opened.map(({ crowd }) => crowd.allLeft));
  return opened.flatMap(({ tally }) => {
    const { unknown, retries } = tally;
    const refused = [...tally.refusedByCode];
    return unknown + retries + refused.length === 0 ? [] : { unknown, retries, refused };
  });
}

test(
  "shards move between nodes while crowds buy at all of them, and no command fails",
  async () => {
    const from = (await cluster.placement()).shards[lampShard()]?.node ?? "";
    const to = other(from);
    // All of them, as carts of the crowds are in a few.
    const shards = await cluster.shardsOf(from);
    const failures = await crowdWhile(NAMES, async () => {
      for (const node of [to, from]) {
        const operation = await cluster.ended(
          await cluster.begin({ type: "MoveShards", shards, node, lane: null }),
        );
        expect(operation.status).toBe("done");
        expect((await cluster.placement()).shards[lampShard()]?.node).toBe(node);
        await untilServed(patient);
      }
    });
    expect(failures).toEqual([]);
    await cluster.untilAllServe();
  },
  TEST_MS_MAX,
);

test(
  "a node that is killed has its shards served elsewhere, and is one of the cluster again when it is started",
  async () => {
    const { coordinator } = await cluster.overview();
    const lampNode = (await cluster.placement()).shards[lampShard()]?.node ?? "";
    const victim = lampNode === coordinator ? other(coordinator) : lampNode;
    await cluster.kill(victim);
    await untilServed(NAMES.filter((name) => name !== victim).flatMap(shoppersAt));
    await cluster.untilAllServe();
    expect(await cluster.shardsOf(victim)).toEqual([]);
    await cluster.startNode(victim);
    await untilServed(patient);
  },
  TEST_MS_MAX,
);

test(
  "a node that is told to end gives its shards away first, and no command at the others fails",
  async () => {
    const leaving = (await cluster.placement()).shards[lampShard()]?.node ?? "";
    const staying = NAMES.filter((name) => name !== leaving);
    const failures = await crowdWhile(staying, async () => {
      expect(await cluster.stopNode(leaving)).toBe(0);
      await untilServed(staying.flatMap(shoppersAt));
      // What it only let go of, on a machine that is too full to give all away, others take after its goodbye.
      await cluster.untilAllServe();
      expect(await cluster.shardsOf(leaving)).toEqual([]);
      await cluster.startNode(leaving);
      await untilServed(patient);
    });
    expect(failures).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "a second node of one name is refused in one sentence, and so is a shop without the cluster",
  async () => {
    const shared = { databaseUrl: cluster.databaseUrl, secret: CLUSTER_SECRET };
    const dataDirectory = cluster.dataDirectory("another");
    const another = { dataDirectory, lanes: 1, port: 0, shared };
    const namesake = { natsUrl: cluster.nats.url, node: "node-b" };
    await expect(ShopProcess.start({ ...another, cluster: namesake })).rejects.toThrow(
      "--node: a node named node-b runs in the cluster stampede already. Give this one another name.",
    );
    await expect(ShopProcess.start(another)).rejects.toThrow(
      /DATABASE_URL: a cluster is open on the database/,
    );
    await untilServed(patient);
  },
  TEST_MS_MAX,
);

test(
  "NATS goes and comes back: nobody loses a shard, and everybody is served afterwards",
  async () => {
    await cluster.untilAllServe();
    const { version } = await cluster.placement();
    await cluster.nats.kill();
    await cluster.nats.start();
    await untilServed(patient);
    await cluster.untilAllServe();
    expect((await cluster.placement()).version).toBe(version);
  },
  TEST_MS_MAX,
);

test(
  "the coordinator is killed in the middle of a move, and the next one ends it",
  async () => {
    const { coordinator } = await cluster.overview();
    const [from, to] = NAMES.filter((name) => name !== coordinator);
    assert(from !== undefined && to !== undefined, "there are three nodes");
    // All that they have: a few would have moved before the coordinator is killed.
    const shards = [...(await cluster.shardsOf(from)), ...(await cluster.shardsOf(coordinator))];
    const id = await cluster.begin({ type: "MoveShards", shards, node: to, lane: null });
    await eventually(
      "some shards have moved",
      async () => ((await cluster.operation(id))?.stepsDone ?? 0) > 0,
    );
    await cluster.kill(coordinator);
    expect((await cluster.operation(id))?.endedAtMs).toBeNull();
    const operation = await cluster.ended(id);
    expect(["done", "partly"]).toContain(operation.status);
    await cluster.untilAllServe();
    await untilServed([from, to].flatMap(shoppersAt));
    await cluster.startNode(coordinator);
    await untilServed(patient);
  },
  TEST_MS_MAX,
);

test(
  "after all of that nothing is lost, oversold or broken",
  async () => {
    for (const shopper of patient) shopper.leave();
    await Promise.all(shopping);
    expect(patient.flatMap(({ problems }) => problems)).toEqual([]);
    const acknowledged = [...patient, ...crowds.map(({ tally }) => tally)].flatMap(
      (each) => each.acknowledged,
    );
    const found = await compareWithJournal(cluster.databaseUrl, mark, acknowledged);
    expect(found).toMatchObject({
      lost: 0,
      lostOrders: [],
      oversold: 0,
      contradictions: [],
      receivedUnits: LAMPS,
    });
    expect(await verifyShop(cluster.dataDirectory("node-a"))).toMatchObject({
      exitCode: 0,
      report: { violations: 0 },
    });
  },
  TEST_MS_MAX,
);
