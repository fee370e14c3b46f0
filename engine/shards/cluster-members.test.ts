import { expect, test } from "bun:test";
import type { NodeRecord, NodeStore } from "../ports/node-store.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { UnknownVersions } from "../transport/unknown-versions.ts";
import { ClusterMembers } from "./cluster-members.ts";
import { encodeMessage } from "./cluster-message.ts";
import { Echo } from "./echo.ts";
import { defaultMembershipLimits } from "./membership.ts";
import type { SignOfLife } from "./sign-of-life.ts";

const { beatEveryMs, deadAfterMs } = defaultMembershipLimits;
const topics = new ClusterTopics("test");

function recordOf(node: string, cordoned: boolean): NodeRecord {
  const started = { firstStartedAtMs: 0, lastStartedAtMs: 0 };
  return { node, lanes: 1, capacity: 1, incarnation: 1, cordoned, draining: false, ...started };
}

/** What one node knows of others, which beat as long as they are told to. */
function membersRig(cordoned: readonly string[], membersMax = defaultMembershipLimits.membersMax) {
  const clock = new ManualClock();
  const bus = new MemoryBusServer(clock).connect();
  let records = ["a", "b", "c"].map((node) => recordOf(node, cordoned.includes(node)));
  /** What the next read waits for before its answer comes; it was read at once. */
  let slow: Promise<void> | undefined;
  const store: NodeStore = {
    async list() {
      const [read, wait] = [records, slow];
      slow = undefined;
      await wait;
      return read;
    },
    started: () => Promise.reject(new Error("nobody starts")),
    order: () => Promise.resolve(false),
    forget: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
  const limits = { ...defaultMembershipLimits, membersMax };
  const echo = new Echo(bus, limits);
  const log = new CollectingLog();
  const members = new ClusterMembers({
    node: "a",
    incarnation: 1,
    shardCount: 8,
    store,
    bus,
    topics,
    clock,
    log,
    unknownVersions: new UnknownVersions(log),
    echo,
    limits,
    changed: () => undefined,
  });
  let seq = 0;
  let isLeaving = false;
  const beat = (node: string, incarnation = 1, serving = 0): void => {
    seq += 1;
    const rest = { lanes: 1, loads: [], release: "1.0.0", protocol: 1 };
    const heartbeat = { node, incarnation, seq, databaseReachable: true, ...rest };
    const sign: SignOfLife = {
      type: "Beat",
      heartbeat,
      shards: { serving, expected: serving },
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
  /** An operator decides which nodes take no shards. */
  const order = (closed: readonly string[]): void => {
    records = records.map(({ node }) => recordOf(node, closed.includes(node)));
  };
  /** The answer of the next read is on its way until that is called. */
  const slowRead = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    slow = promise;
    return resolve;
  };
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
  const close = (): void => members.close();
  return {
    members,
    clock,
    echo,
    beat,
    order,
    slowRead,
    pass,
    flap,
    goodbye,
    allLeave,
    takers,
    mayTake,
    close,
  };
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

test("a node hears itself by its own start: another node of its name is not its echo", async () => {
  const { clock, echo, beat, close } = membersRig([]);
  for (let beats = 0; beats < 6; beats += 1) echo.said();
  beat("a", 2);
  beat("b");
  await clock.settle();
  expect(echo.state).toBe("gone");
  beat("a");
  await clock.settle();
  expect(echo.state).toBe("clear");
  close();
});

test("what operators have decided is not overwritten by a read that began before and ends after", async () => {
  const { members, pass, order, slowRead, takers, close } = membersRig([]);
  await pass(2 * beatEveryMs, "a", "b");
  const answer = slowRead();
  const late = members.refresh();
  order(["b"]);
  await members.refresh();
  expect(takers()).toEqual(["a"]);
  answer();
  await late;
  expect(takers()).toEqual(["a"]);
  close();
});

test("what operators have decided about a node is read again when it has started anew", async () => {
  const { clock, beat, order, pass, takers, close } = membersRig([]);
  await pass(2 * beatEveryMs, "a", "b");
  order(["b"]);
  beat("b", 2);
  await clock.advance(1);
  expect(takers()).toEqual(["a"]);
  close();
});

test("a beat of an earlier start of a node says nothing of what it serves", async () => {
  const { members, clock, beat, close } = membersRig([]);
  beat("a", 2, 5);
  beat("a", 1, 7);
  await clock.advance(1);
  expect(members.shardsOf("a")).toEqual({ serving: 5, expected: 5 });
  close();
});

test("of a node that made room for another one nothing is remembered", async () => {
  const { members, clock, beat, pass, goodbye, close } = membersRig([], 2);
  await pass(beatEveryMs, "a", "b");
  await goodbye("b");
  beat("c", 1, 5);
  await clock.settle();
  const serving = ["a", "b", "c"].map((node) => members.shardsOf(node)?.serving);
  expect(serving).toEqual([0, undefined, 5]);
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

test("nobody may take shards where all are about to end, and each of them is the last one", async () => {
  const { members, pass, allLeave, mayTake, close } = membersRig([]);
  await pass(beatEveryMs, "a", "b", "c");
  expect(members.isLast("a")).toBe(false);
  allLeave();
  await pass(beatEveryMs, "a", "b", "c");
  expect(mayTake()).toBe(false);
  expect(["a", "b", "c"].map((node) => members.isLast(node))).toEqual([true, true, true]);
  close();
});

test("a node is not the last one while a cordoned one goes on, though nobody may take its shards", async () => {
  const { members, pass, goodbye, mayTake, close } = membersRig(["c"]);
  await pass(beatEveryMs, "a", "c");
  expect([mayTake(), members.isLast("a")]).toEqual([false, false]);
  await goodbye("c");
  expect(members.isLast("a")).toBe(true);
  close();
});
