import { expect, test } from "bun:test";
import type { NodeThreads } from "../ports/node-threads.ts";
import type { Placement, PlacementStore } from "../ports/placement-store.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { encodeMessage } from "./cluster-message.ts";
import { LaneShards } from "./lane-shards.ts";
import type { NodeOrder } from "./node-order.ts";
import { OrderDesk } from "./order-desk.ts";
import { PlacementFollower } from "./placement-follower.ts";

const HERE = { node: "a", lane: 0, pinned: false };
const AWAY = { node: "b", lane: 0, pinned: false };

/** One node with one lane that notes what it is asked for, and has what it is given. */
async function setUp(stored: Placement) {
  const clock = new ManualClock();
  const log = new CollectingLog();
  const asked: string[] = [];
  const told: string[] = [];
  let refusal: Error | undefined;
  const note = async (...what: readonly unknown[]): Promise<void> => {
    asked.push(what.join(" "));
    if (refusal !== undefined) throw refusal;
  };
  const threads: NodeThreads = {
    prepare: (lane, shards) => note("prepare", lane, shards),
    adopt: async (lane, shards) => {
      await note("adopt", lane, shards);
      return { served: shards, unread: [], servedForMs: 15 };
    },
    letGo: (lane, shards, leave) => {
      if (leave?.next !== undefined) told.push(`by the lane: ${JSON.stringify(leave)}`);
      return note("letGo", lane, shards);
    },
    hold: (shards, move) => note("hold", shards, move),
    release: (shards, move) => note("release", shards, move),
    apply: ({ version }) => note("apply", version),
    measure: async () => ({ load: 0, shards: [] }),
  };
  const placement = { stored };
  const store = { read: async () => placement.stored } as unknown as PlacementStore;
  const follower = new PlacementFollower({
    store,
    clock,
    log,
    limits: { pollMs: 10_000, pollAwayMs: 1_000, doubtMs: 250 },
    isInReach: () => true,
    changed: () => lane.agree(),
  });
  const lane = new LaneShards({
    lane: 0,
    threads,
    clock,
    log,
    limits: { adoptAtOnceMax: 2, retryMs: 500, retryMaxMs: 8_000, leavingMs: 10_000 },
    expected: () =>
      [...follower.placement.shards.keys()].filter((shard) => follower.placement.shards[shard]?.node === "a"),
    refresh: () => follower.refresh(),
  });
  await follower.start();
  await clock.settle();
  asked.length = 0;
  const desk = new OrderDesk({
    threads,
    lanes: [lane],
    follower,
    clock,
    announce: ({ version }) => told.push(`to all: version ${version}`),
  });
  const give = (order: NodeOrder, term = 1) => desk.take({ term, order });
  const fail = (error: Error | undefined): void => {
    refusal = error;
  };
  return { clock, lane, desk, threads, asked, told, placement, give, fail };
}

test("orders of a coordinator that has a successor are refused, and change nothing", async () => {
  const { give, asked } = await setUp({ version: 1, shards: [HERE] });
  expect(await give({ type: "Hold", shards: [0], move: 7 }, 2)).toEqual({ type: "Done", heldMs: 0 });
  const reply = await give({ type: "LetGo", lane: 0, shards: [0], move: 3 }, 1);
  expect(reply).toMatchObject({ type: "Refused", reason: "term_over" });
  expect(asked).toEqual(["hold 0 7"]);
});

test("an order that is repeated while it is carried out is carried out once", async () => {
  const { give, asked } = await setUp({ version: 1, shards: [HERE] });
  const order = { type: "Prepare", lane: 0, shards: [0] } as const;
  const replies = await Promise.all([give(order), give(order)]);
  expect(replies).toEqual([
    { type: "Done", heldMs: 0 },
    { type: "Done", heldMs: 0 },
  ]);
  expect(asked).toEqual(["prepare 0 0"]);
});

test("shards are left alone for as long as somebody asks for them to be read, also while they are", async () => {
  const { give, clock, asked, placement, lane, threads } = await setUp({ version: 1, shards: [AWAY] });
  threads.prepare = () => new Promise(() => undefined);
  const order = { type: "Prepare", lane: 0, shards: [0] } as const;
  void give(order);
  await clock.advance(9_000);
  void give(order);
  placement.stored = { version: 2, shards: [HERE] };
  await clock.advance(9_000);
  lane.agree();
  await clock.settle();
  expect(asked).toEqual([]);
  await clock.advance(1_000);
  expect(asked).toEqual(["adopt 0 0"]);
});

test("a lane forgets what it has read ahead for a move, and takes it at once when the placement says so", async () => {
  const { give, clock, asked } = await setUp({ version: 1, shards: [AWAY] });
  await give({ type: "Prepare", lane: 0, shards: [0] });
  expect(await give({ type: "LetGo", lane: 0, shards: [0] })).toEqual({ type: "Done", heldMs: 0 });
  expect(asked).toEqual(["prepare 0 0", "letGo 0 0"]);
  const news = { version: 2, since: 1, changes: [{ shard: 0, ...HERE }] };
  await give({ type: "Release", shards: [], move: 3, news });
  await clock.settle();
  expect(asked).toContain("adopt 0 0");
});

test("what was let go for a move is not taken again while the move lasts, whatever else changes", async () => {
  const { give, asked, lane, clock, placement } = await setUp({ version: 1, shards: [HERE, HERE] });
  await give({ type: "LetGo", lane: 0, shards: [0], move: 3 });
  asked.length = 0;
  lane.agree();
  await clock.settle();
  expect(asked).toEqual([]);
  placement.stored = { version: 2, shards: [HERE, HERE] };
  await clock.advance(10_000);
  expect(asked).toContain("adopt 0 0");
});

test("a source that has let go tells everybody, and its lane whom to tell first", async () => {
  const { give, told } = await setUp({ version: 1, shards: [HERE] });
  const news = { version: 2, since: 1, changes: [{ shard: 0, ...AWAY }] };
  await give({ type: "LetGo", lane: 0, shards: [0], move: 3, next: { node: "b", lane: 0, news } });
  const next = { to: { node: "b", lane: 0 }, announcement: encodeMessage(news) };
  expect(told).toEqual([`by the lane: ${JSON.stringify({ move: 3, next })}`, "to all: version 2"]);
});

test("what a move is about to bring is taken when the move says so, or when nobody carries it on", async () => {
  const { give, asked, placement, lane, clock } = await setUp({ version: 1, shards: [AWAY, AWAY] });
  await give({ type: "Prepare", lane: 0, shards: [0, 1] });
  const news = { version: 2, since: 1, changes: [0, 1].map((shard) => ({ shard, ...HERE })) };
  placement.stored = { version: 2, shards: [HERE, HERE] };
  await give({ type: "Release", shards: [], move: 2, news });
  lane.agree();
  await clock.settle();
  expect(asked).not.toContain("adopt 0 0,1");
  await give({ type: "Adopt", lane: 0, shards: [0], news });
  expect([...lane.serving]).toEqual([0]);
  await clock.advance(10_000);
  expect([...lane.serving]).toEqual([0, 1]);
});

test("a move that ends without a word to its target leaves to it what the placement gives it", async () => {
  const { give, lane, clock } = await setUp({ version: 1, shards: [AWAY, AWAY] });
  await give({ type: "Prepare", lane: 0, shards: [0, 1] });
  const news = { version: 2, since: 1, changes: [{ shard: 0, ...HERE }] };
  await give({ type: "Release", shards: [0, 1], move: 2, news });
  await clock.settle();
  expect([...lane.serving]).toEqual([0]);
});

test("an adopted shard is asked for after the news that give it, and has been served for so long", async () => {
  const { give, asked } = await setUp({ version: 1, shards: [AWAY] });
  const news = { version: 2, since: 1, changes: [{ shard: 0, ...HERE }] };
  const done = { type: "Done", heldMs: 0, servedForMs: 15 } as const;
  expect(await give({ type: "Adopt", lane: 0, shards: [0], news })).toEqual(done);
  expect(asked).toContain("adopt 0 0");
});

test("news that do not follow on what is known are looked up", async () => {
  const { give, asked, placement } = await setUp({ version: 1, shards: [HERE] });
  placement.stored = { version: 9, shards: [AWAY] };
  await give({ type: "Release", shards: [0], move: 3, news: { version: 9, since: 8, changes: [] } });
  expect(asked).toContain("apply 9");
  expect(asked).toContain("release 0 3");
});

test("shards are held no longer than until the routers go on by a placement that has them elsewhere", async () => {
  const { give, desk, clock } = await setUp({ version: 1, shards: [HERE, HERE] });
  await give({ type: "Hold", shards: [0, 1], move: 3 });
  await clock.advance(20);
  desk.applied({ version: 2, shards: [AWAY, HERE] });
  await clock.advance(5);
  const news = { version: 1, since: 1, changes: [] };
  expect(await give({ type: "Release", shards: [0], move: 3, news })).toEqual({ type: "Done", heldMs: 20 });
  expect(await give({ type: "Release", shards: [1], move: 3, news })).toEqual({ type: "Done", heldMs: 25 });
});

test("a release tells how long its shards were held, since the move's first order", async () => {
  const { give, clock } = await setUp({ version: 1, shards: [HERE] });
  const hold = { type: "Hold", shards: [0], move: 3 } as const;
  await give(hold);
  await clock.advance(30);
  await give(hold);
  await clock.advance(12);
  const news = { version: 1, since: 1, changes: [] };
  expect(await give({ type: "Release", shards: [0], move: 3, news })).toEqual({ type: "Done", heldMs: 42 });
});

test("an order that cannot be carried out says why", async () => {
  const { give, fail } = await setUp({ version: 1, shards: [HERE] });
  fail(new Error("the disk is gone"));
  expect(await give({ type: "Prepare", lane: 0, shards: [0] })).toEqual({
    type: "Refused",
    reason: "failed",
    detail: "the disk is gone",
  });
});
