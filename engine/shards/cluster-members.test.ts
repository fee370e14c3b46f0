import { expect, test } from "bun:test";
import type { NodeRecord, NodeStore } from "../ports/node-store.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { UnknownVersions } from "../transport/unknown-versions.ts";
import { ClusterMembers } from "./cluster-members.ts";
import { encodeMessage } from "./cluster-message.ts";
import { defaultMembershipLimits } from "./membership.ts";
import type { SignOfLife } from "./sign-of-life.ts";

const { beatEveryMs, deadAfterMs } = defaultMembershipLimits;
const topics = new ClusterTopics("test");

function recordOf(node: string, cordoned: boolean): NodeRecord {
  const started = { firstStartedAtMs: 0, lastStartedAtMs: 0 };
  return { node, lanes: 1, capacity: 1, incarnation: 1, cordoned, draining: false, ...started };
}

/** What one node knows of others, which beat as long as they are told to. */
function membersRig(cordoned: readonly string[]) {
  const clock = new ManualClock();
  const bus = new MemoryBusServer(clock).connect();
  const records = ["a", "b", "c"].map((node) => recordOf(node, cordoned.includes(node)));
  const store: NodeStore = {
    list: () => Promise.resolve(records),
    started: () => Promise.reject(new Error("nobody starts")),
    order: () => Promise.resolve(false),
    forget: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
  const limits = defaultMembershipLimits;
  const log = new CollectingLog();
  const members = new ClusterMembers({
    shardCount: 8,
    store,
    bus,
    topics,
    clock,
    log,
    unknownVersions: new UnknownVersions(log),
    limits,
    changed: () => undefined,
  });
  let seq = 0;
  let isLeaving = false;
  const beat = (node: string): void => {
    seq += 1;
    const rest = { lanes: 1, loads: [], release: "1.0.0", protocol: 1 };
    const heartbeat = { node, incarnation: 1, seq, databaseReachable: true, ...rest };
    const sign: SignOfLife = {
      type: "Beat",
      heartbeat,
      shards: { serving: 0, expected: 0 },
      isLeaving,
    };
    bus.publish(topics.heartbeat(node), encodeMessage(sign));
  };
  const pass = async (forMs: number, ...nodes: readonly string[]): Promise<void> => {
    for (let passedMs = 0; passedMs < forMs; passedMs += beatEveryMs) {
      for (const node of nodes) beat(node);
      await clock.advance(beatEveryMs);
    }
  };
  /** All of these fall silent and come back, so often that they are not trusted any more. */
  const flap = async (nodes: readonly string[], steady: readonly string[]): Promise<void> => {
    for (let falls = 0; falls < 3; falls += 1) {
      await pass(2 * beatEveryMs, ...nodes, ...steady);
      await pass(2 * deadAfterMs, ...steady);
    }
    await pass(2 * beatEveryMs, ...nodes, ...steady);
  };
  const takers = (): readonly string[] => members.lanes.flatMap((lane) => (lane.cordoned ? [] : lane.node));
  const goodbye = async (node: string): Promise<void> => {
    const sign: SignOfLife = { type: "Goodbye", node, incarnation: 1 };
    bus.publish(topics.heartbeat(node), encodeMessage(sign));
    await clock.settle();
  };
  /** From now on everybody who speaks is about to end. */
  const allLeave = (): void => {
    isLeaving = true;
  };
  const mayTake = (sinceMs = clock.nowMs()): boolean => members.mayTake("a", sinceMs);
  return { clock, pass, flap, goodbye, allLeave, takers, mayTake, close: () => members.close() };
}

test("a node that falls too often takes no shards while there is a steadier one", async () => {
  const { flap, takers, close } = membersRig([]);
  await flap(["a", "b"], ["c"]);
  expect(takers()).toEqual(["c"]);
  close();
});

test("nodes that all fall too often take shards all the same, but for those that an operator has closed", async () => {
  const { flap, pass, takers, close } = membersRig(["b"]);
  await flap(["a", "b", "c"], []);
  expect(takers()).toEqual(["a", "c"]);
  await pass(2 * deadAfterMs, "a", "b");
  expect(takers()).toEqual(["a"]);
  close();
});

test("somebody may take shards who is heard and not closed, or has just gone before", async () => {
  const { clock, pass, goodbye, mayTake, close } = membersRig(["c"]);
  await pass(beatEveryMs, "a", "c");
  expect(mayTake()).toBe(false);
  await pass(beatEveryMs, "a", "b", "c");
  expect(mayTake()).toBe(true);
  const leavingSinceMs = clock.nowMs() - 1;
  await goodbye("b");
  // One that goes at the same time does not come back; one that went before may be restarting.
  expect([mayTake(leavingSinceMs), mayTake()]).toEqual([false, true]);
  await pass(15_000, "a", "c");
  expect(mayTake()).toBe(false);
  close();
});

test("nobody may take shards where all are about to end", async () => {
  const { pass, allLeave, mayTake, close } = membersRig([]);
  allLeave();
  await pass(beatEveryMs, "a", "b", "c");
  expect(mayTake()).toBe(false);
  close();
});
