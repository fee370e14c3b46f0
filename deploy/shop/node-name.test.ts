import { beforeEach, expect, test } from "bun:test";
import type { Bus } from "../../engine/ports/bus.ts";
import { encodeMessage } from "../../engine/shards/cluster-message.ts";
import type { SignOfLife } from "../../engine/shards/sign-of-life.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../../engine/transport/bus/memory-bus.ts";
import { NodeName } from "./node-name.ts";

const LISTEN_MS = 300;
const TOPIC = new ClusterTopics("shop").heartbeat("node-a");

let clock: ManualClock;
let server: MemoryBusServer;
let others: Bus;
let name: NodeName;

beforeEach(() => {
  clock = new ManualClock();
  server = new MemoryBusServer(clock);
  others = server.connect();
  name = new NodeName({ node: "node-a", cluster: "shop", bus: server.connect(), clock });
});

function beat(incarnation: number): SignOfLife {
  const heartbeat = {
    node: "node-a",
    incarnation,
    seq: 1,
    lanes: 1,
    databaseReachable: true,
    loads: [null],
    release: "1.0.0",
    protocol: 1,
  };
  return { type: "Beat", heartbeat, shards: { serving: 0, expected: 0 }, isLeaving: false };
}

function say(...signs: readonly SignOfLife[]): void {
  for (const sign of signs) others.publish(TOPIC, encodeMessage(sign));
}

/** Why the name cannot be had; undefined when it can. */
async function refusal(): Promise<string | undefined> {
  const asked = name.assertFree(LISTEN_MS).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  await clock.advance(LISTEN_MS);
  return asked;
}

test("a name that nobody says is free", async () => {
  expect(await refusal()).toBeUndefined();
});

test("a name that a running node says is refused by its option, whatever else that node says", async () => {
  say(beat(1), { type: "Measured", shards: [] });
  expect(await refusal()).toContain("--node: a node named node-a runs in the cluster shop already");
});

test("a node that cannot be understood has its name all the same", async () => {
  others.publish(TOPIC, "[2,{}]");
  expect(await refusal()).toContain("--node");
});

test("the name of a node that ends is free", async () => {
  say(beat(1), { type: "Goodbye", node: "node-a", incarnation: 1 });
  expect(await refusal()).toBeUndefined();
});

test("a later start of the name ends this one, once, and an earlier one does not", async () => {
  const ended: string[] = [];
  name.take(3, ({ message }) => ended.push(message));
  say(beat(2), beat(3));
  await clock.settle();
  expect(ended).toEqual([]);
  say(beat(4), beat(5));
  await clock.settle();
  expect(ended).toEqual(["another process has started as the node node-a"]);
});

test("before the bus is there nobody can be heard: the name is waited for", async () => {
  server.stop();
  let isKnown = false;
  const asked = name.assertFree(LISTEN_MS).finally(() => {
    isKnown = true;
  });
  await clock.advance(LISTEN_MS * 2);
  expect(isKnown).toBe(false);
  server.start();
  await clock.advance(LISTEN_MS);
  await asked;
});
