import { expect, test } from "bun:test";
import type { Adopted } from "../ports/node-threads.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { encodeMessage } from "./cluster-message.ts";
import { LaneRelay } from "./lane-relay.ts";

const TOPICS = new ClusterTopics("shop");
const SOURCE = { node: "a", lane: 0 };
const TARGET = { node: "b", lane: 1 };
const ANNOUNCEMENT = encodeMessage({ version: 2, since: 1, changes: [] });
const NEXT = { to: TARGET, announcement: ANNOUNCEMENT };

/** Two lanes on one bus that note what they are asked for, and somebody who hears announcements. */
function setUp() {
  const clock = new ManualClock();
  const log = new CollectingLog();
  const server = new MemoryBusServer(clock);
  const asked: string[] = [];
  const announced: string[] = [];
  server.connect().subscribe(TOPICS.placement, (payload) => announced.push(payload));
  const durable: { until?: Promise<void> } = {};
  const fault: { adopting?: Error } = {};
  const relays = [SOURCE, TARGET].map((place) => {
    const note = (what: string, shards: readonly number[]): void =>
      void asked.push(`${place.node} ${what} ${shards.join(",")}`);
    return new LaneRelay({
      place,
      lane: {
        prepare: async (shards) => note("prepares", shards),
        adopt: async (shards): Promise<Adopted> => {
          note("adopts", shards);
          if (fault.adopting !== undefined) throw fault.adopting;
          return { served: shards, unread: [] };
        },
        letGo: async (shards) => {
          note("lets go", shards);
          await durable.until;
        },
      },
      bus: server.connect(),
      topics: TOPICS,
      clock,
      log,
    });
  });
  const [source, target] = relays as [LaneRelay, LaneRelay];
  return { clock, log, server, asked, announced, durable, fault, source, target };
}

test("a target takes shards over as soon as its source has let go, and everybody is told where they are", async () => {
  const { clock, asked, announced, durable, source } = setUp();
  const commit = Promise.withResolvers<void>();
  durable.until = commit.promise;
  const letGo = source.letGo([3, 5], { move: 7, next: NEXT });
  await clock.settle();
  expect([asked, announced]).toEqual([["a lets go 3,5"], []]);
  commit.resolve();
  await letGo;
  await clock.settle();
  expect(asked).toEqual(["a lets go 3,5", "b adopts 3,5"]);
  expect(announced).toEqual([ANNOUNCEMENT]);
});

test("a move that is undone, and what no move asks for, is told to nobody", async () => {
  const { clock, asked, announced, source } = setUp();
  await source.letGo([3], { move: 7, next: undefined });
  await source.letGo([5]);
  await clock.settle();
  expect([asked, announced]).toEqual([["a lets go 3", "a lets go 5"], []]);
});

test("a word of a move in which the target was to let go, or of one before that, brings nothing", async () => {
  const { clock, asked, source, target } = setUp();
  await target.letGo([3], { move: 7, next: undefined });
  for (const move of [6, 7]) await source.letGo([3], { move, next: NEXT });
  await clock.settle();
  expect(asked).not.toContain("b adopts 3");
  await source.letGo([3], { move: 8, next: NEXT });
  await clock.settle();
  expect(asked).toContain("b adopts 3");
});

test("a target tells how long it has served what was handed over, and nothing of what was not", async () => {
  const { clock, source, target } = setUp();
  await target.prepare([3, 5]);
  await source.letGo([3], { move: 7, next: NEXT });
  await clock.settle();
  await clock.advance(12);
  expect((await target.adopt([3])).servedForMs).toBe(12);
  expect((await target.adopt([3, 5])).servedForMs).toBe(0);
});

test("how long a shard was served in the move before says nothing about the next one", async () => {
  for (const forget of ["prepare", "letGo"] as const) {
    const { clock, source, target } = setUp();
    await source.letGo([3], { move: 7, next: NEXT });
    await clock.settle();
    await clock.advance(12);
    await target[forget]([3]);
    expect((await target.adopt([3])).servedForMs).toBe(0);
  }
});

test("shards that cannot be taken over are left to the coordinator's order", async () => {
  const { clock, log, fault, source } = setUp();
  fault.adopting = new Error("the database is away");
  await source.letGo([3], { move: 7, next: NEXT });
  await clock.settle();
  expect(log.warnings).toEqual(["shards that were handed over cannot be taken yet"]);
});

test("what cannot be read, and what comes after the end, is left alone; what no release has written is told", async () => {
  const { clock, log, asked, server, source, target } = setUp();
  const stranger = server.connect();
  for (const payload of ['[2,{"type":"LetGone"}]', "nonsense"])
    stranger.publish(TOPICS.relay("b", 1), payload);
  await clock.settle();
  expect(log.warnings).toEqual(["what a lane has said about a move cannot be read"]);
  target.stop();
  await source.letGo([3], { move: 7, next: NEXT });
  await clock.settle();
  expect(asked).toEqual(["a lets go 3"]);
});
