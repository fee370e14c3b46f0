import { expect, test } from "bun:test";
import type { Bus } from "../../engine/ports/bus.ts";
import { decodeMessage } from "../../engine/shards/cluster-message.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { memoryOperationStore } from "../../persistence/memory/operation-store.ts";
import { ClusterRig, RIG_LIMITS } from "./cluster-rig.ts";

const { beatEveryMs, deadAfterMs } = RIG_LIMITS.membership;
const TOPICS = new ClusterTopics("rig");
// What a release to come may send.
const NEWER = '[99,{"kind":"something else"}]';
const TELLS =
  "what comes from there is of another release and is not read; it gets no work that it may not read either";

/** Beats of a node in a version to come, for so long. */
async function beatNewer(rig: ClusterRig, bus: Bus, node: string, forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += beatEveryMs) {
    bus.publish(TOPICS.heartbeat(node), NEWER);
    await rig.clock.advance(beatEveryMs);
  }
}

/** The answer to a request of a release to come. */
async function ask(rig: ClusterRig, topic: string): Promise<unknown> {
  let reply: unknown;
  void rig.bus
    .connect()
    .request(topic, NEWER, 5_000)
    .then((text) => {
      reply = decodeMessage(text);
    });
  await rig.until("there is an answer", () => reply !== undefined);
  return reply;
}

test("a node whose beats are of a newer release keeps its shards and gets none; told once, and silence still counts", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  const shardsOf = (): readonly number[] =>
    [...rig.stored.placement.shards.keys()].filter(
      (shard) => rig.stored.placement.shards[shard]?.node === victim.name,
    );
  const before = shardsOf();
  const bus = rig.bus.connect();
  rig.kill(victim);
  await beatNewer(rig, bus, victim.name, deadAfterMs * 3);
  expect(shardsOf()).toEqual(before);
  expect(rig.coordinator.node.unknownVersions.count).toBeGreaterThan(10);
  // Each of the two that hear it.
  expect(rig.log.errors).toEqual([TELLS, TELLS]);
  const nodes = await rig.ask(rig.coordinator, { type: "ListNodes" });
  expect(nodes).toMatchObject({
    nodes: expect.arrayContaining([
      expect.objectContaining({ node: victim.name, state: "suspect", cause: "unreadable" }),
    ]),
  });
  const free = [...rig.stored.placement.shards.keys()].find((shard) => !before.includes(shard)) ?? 0;
  const change = { type: "MoveShards", shards: [free], node: victim.name, lane: 0 } as const;
  bus.publish(TOPICS.heartbeat(victim.name), NEWER);
  expect((await rig.ask(rig.coordinator, { type: "Plan", change })).type).toBe("Planned");
  bus.publish(TOPICS.heartbeat(victim.name), NEWER);
  expect((await rig.execute(change)).type).toBe("Refused");
  await rig.until("others have its shards", () => shardsOf().length === 0);
  await rig.until("all shards serve", () => rig.allServe());
});

test("what a newer coordinator announces is read from the store instead", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const { version, shards } = rig.stored.placement;
  const swapped = shards.map((place) => place && { ...place, lane: 1 - place.lane });
  rig.stored.placement = { version: version + 1, shards: swapped };
  rig.bus.connect().publish(TOPICS.placement, NEWER);
  await rig.until("all serve where the store says", () => rig.allServe(), 1_000);
});

test("an order of a newer coordinator, and what a newer operator asks, is refused with the reason", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const detail = "cluster message version 99 is not 1";
  expect(await ask(rig, TOPICS.control("a"))).toEqual({ type: "Refused", reason: "failed", detail });
  expect(await ask(rig, TOPICS.coordinator)).toEqual({
    type: "NoCoordinator",
    detail: `The coordinator ${rig.coordinator.name} is of another release (${detail}).`,
    retryAfterMs: 1_000,
  });
});

test("an operation that nobody can read keeps no other one waiting, and can be cancelled", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const [id, newer, useless] = ["aa", "bb", "cc"].map(
    (end) => `00000000-0000-7000-8000-0000000000${end}`,
  ) as [string, string, string];
  const store = memoryOperationStore(rig.stored);
  const term = rig.coordinator.node.term ?? 0;
  const given = { kind: "move", askedBy: "anna", request: {} } as const;
  await store.add({ ...given, id, documentVersion: 1 }, term, { plan: { moves: "none" } });
  await store.add({ ...given, id: newer, documentVersion: 99 }, term, { plan: { moves: "none" } });
  await store.add({ ...given, id: useless, documentVersion: 1 }, term);
  const move = await rig.move([0], "b");
  expect((await rig.ended(move)).status).toBe("done");
  expect(rig.log.warnings).toEqual([
    "an operation cannot be read, and waits until it is cancelled",
    "an operation was written by another release, and waits until a node of that release coordinates",
    "an operation cannot be read, and waits until it is cancelled",
  ]);
  for (const operation of [id, useless]) {
    const reply = await rig.ask(rig.coordinator, { type: "Cancel", operation, askedBy: "bert" });
    expect(reply.type).toBe("Begun");
    expect((await rig.ended(operation)).status).toBe("cancelled");
  }
  expect(rig.operation(newer).status).toBe("waiting");
});

test("an operation that was begun, and whose request nobody can read, is over when it is cancelled", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const operation = "00000000-0000-7000-8000-0000000000aa";
  const store = memoryOperationStore(rig.stored);
  const term = rig.coordinator.node.term ?? 0;
  const given = { kind: "move", askedBy: "anna", request: {}, documentVersion: 1 } as const;
  const { revision, ...begun } = await store.add({ ...given, id: operation }, term);
  const state = { cancelledBy: null, moves: [], left: [] };
  await store.update(operation, revision, { ...begun, status: "running", state }, term);
  const reply = await rig.ask(rig.coordinator, { type: "Cancel", operation, askedBy: "bert" });
  expect(reply).toMatchObject({ type: "Begun", operation: { status: "cancelled" } });
});
