import { expect, test } from "bun:test";
import type { NodeThreads } from "../ports/node-threads.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { LaneShards } from "./lane-shards.ts";

const LEAVING_MS = 10_000;

/** A lane of which the placement expects shards, and which cannot read those that are damaged. */
function setUp(given: readonly number[]) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const placed = { expected: given, stored: given };
  const damaged = new Set<number>();
  const refused = new Set<number>();
  let behindMs = 0;
  const setBack = (byMs: number): void => {
    behindMs += byMs;
  };
  const fault: { adopting?: Error } = {};
  const threads = {
    adopt: async (_lane: number, shards: readonly number[]) => {
      asked.push(`adopt ${shards.join(",")}`);
      if (fault.adopting !== undefined) throw fault.adopting;
      const taken = shards.filter((shard) => !refused.has(shard));
      const unread = taken.filter((shard) => damaged.has(shard)).map((shard) => ({ shard, why: "damaged" }));
      return { served: taken.filter((shard) => !damaged.has(shard)), unread };
    },
    letGo: async (_lane: number, shards: readonly number[]) => {
      asked.push(`letGo ${shards.join(",")}`);
    },
  } as unknown as NodeThreads;
  const log = new CollectingLog();
  const lane = new LaneShards({
    lane: 0,
    threads,
    // Timers run on while the time of day is set back, as those of a machine do.
    clock: {
      nowMs: () => clock.nowMs() - behindMs,
      after: (delayMs, task) => clock.after(delayMs, task),
      soon: (task) => clock.soon(task),
    },
    log,
    limits: { adoptAtOnceMax: 2, retryMs: 500, retryMaxMs: 2_000, leavingMs: LEAVING_MS },
    expected: () => placed.expected,
    refresh: async () => {
      asked.push("refresh");
      placed.expected = placed.stored;
    },
  });
  const agree = async (): Promise<readonly number[]> => {
    lane.agree();
    await clock.settle();
    return [...lane.serving];
  };
  return { clock, setBack, log, lane, asked, placed, damaged, refused, fault, agree };
}

test("a lane takes what the placement gives it, so many at a time, and lets go of the rest", async () => {
  const { asked, placed, agree } = setUp([0, 1, 2]);
  expect(await agree()).toEqual([0, 1, 2]);
  placed.expected = [1, 2, 3];
  expect(await agree()).toEqual([1, 2, 3]);
  expect(asked).toEqual(["adopt 0,1", "adopt 2", "letGo 0", "adopt 3"]);
});

test("a shard that cannot be read keeps no other from serving", async () => {
  const { damaged, asked, agree, lane } = setUp([0, 1, 2, 3]);
  damaged.add(0).add(1);
  expect(await agree()).toEqual([2, 3]);
  expect(asked).toEqual(["adopt 0,1", "adopt 2,3"]);
  expect(lane.unreadable).toBe(2);
});

test("a shard that cannot be read is tried again ever more slowly, until it can be", async () => {
  const { clock, log, damaged, asked, agree, lane } = setUp([0]);
  damaged.add(0);
  await agree();
  const attemptsAfter = async (ms: number): Promise<number> => {
    await clock.advance(ms);
    await agree();
    return asked.length;
  };
  expect(await attemptsAfter(499)).toBe(1);
  expect(await attemptsAfter(1)).toBe(2);
  expect(await attemptsAfter(999)).toBe(2);
  expect(await attemptsAfter(1)).toBe(3);
  expect(await attemptsAfter(2_000)).toBe(4);
  expect(await attemptsAfter(1_999)).toBe(4);
  damaged.clear();
  expect(await attemptsAfter(1)).toBe(5);
  expect([[...lane.serving], lane.unreadable, log.warnings.length]).toEqual([[0], 0, 4]);
  // What is damaged later begins anew.
  damaged.add(0);
  lane.lost([0]);
  await agree();
  expect(asked.length).toBe(6);
  expect(await attemptsAfter(500)).toBe(7);
});

test("a shard that is set aside and given to another lane is forgotten, and taken at once when it comes back", async () => {
  const { clock, damaged, asked, placed, agree } = setUp([0]);
  damaged.add(0);
  await agree();
  placed.expected = [];
  await agree();
  await clock.advance(60_000);
  damaged.clear();
  placed.expected = [0];
  expect(await agree()).toEqual([0]);
  expect(asked).toEqual(["adopt 0", "adopt 0"]);
});

test("a move is told which of its shards cannot be read and why; the others are served", async () => {
  const { lane, damaged, asked, agree, placed } = setUp([]);
  damaged.add(1);
  const failed = await lane.adopt([0, 1]).catch((error: unknown) => error);
  expect(failed).toEqual(new Error("shard 1 cannot be read: damaged"));
  expect([...lane.serving]).toEqual([0]);
  placed.expected = [0, 1];
  await agree();
  expect(asked).toEqual(["adopt 0,1"]);
});

test("shards that the known placement wrongly gives to the lane are looked up, and asked for again if it is right", async () => {
  const { clock, refused, asked, placed, agree } = setUp([0, 1]);
  refused.add(1);
  placed.stored = [0];
  expect(await agree()).toEqual([0]);
  expect(asked).toEqual(["adopt 0,1", "refresh"]);
  placed.expected = [0, 1];
  placed.stored = [0, 1];
  expect(await agree()).toEqual([0]);
  refused.clear();
  await clock.advance(500);
  expect(await agree()).toEqual([0, 1]);
});

test("shards that cannot be taken over are asked for again after a while", async () => {
  const { clock, fault, agree, lane } = setUp([0]);
  fault.adopting = new Error("the database is away");
  expect(await agree()).toEqual([]);
  delete fault.adopting;
  await clock.advance(500);
  expect([...lane.serving]).toEqual([0]);
});

for (const order of ["letGo", "expect"] as const) {
  test(`a move that nobody carries on ends in time also when the clock is set back: ${order}`, async () => {
    const { clock, setBack, lane, agree } = setUp([0]);
    if (order === "letGo") await agree();
    await lane[order]([0]);
    expect(await agree()).toEqual([]);
    setBack(3_600_000);
    await clock.advance(LEAVING_MS);
    expect([...lane.serving]).toEqual([0]);
  });

  test(`the last order of a move says how long its shards are left alone: ${order}`, async () => {
    const { clock, lane, agree } = setUp([0]);
    await lane[order]([0]);
    await clock.advance(LEAVING_MS - 1);
    await lane[order]([0]);
    await clock.advance(LEAVING_MS - 1);
    expect(await agree()).toEqual([]);
    await clock.advance(1);
    expect([...lane.serving]).toEqual([0]);
  });
}

test("a move that was given up before its shards were the lane's leaves nothing to do but to forget them", async () => {
  const { clock, lane, asked, log, placed, agree } = setUp([]);
  lane.expect([0]);
  await clock.advance(LEAVING_MS);
  expect([asked, log.warnings]).toEqual([["letGo 0"], []]);
  placed.expected = [0];
  expect(await agree()).toEqual([0]);
});

test("a lane forgets what a move was to bring, except what it has or the placement gives to it by now, and takes that", async () => {
  const { lane, asked, placed, agree, clock, log } = setUp([1]);
  await agree();
  lane.expect([0, 1, 2]);
  placed.expected = [1, 2];
  asked.length = 0;
  await lane.forget([0, 1, 2]);
  await clock.settle();
  expect([asked, [...lane.serving]]).toEqual([
    ["adopt 2", "letGo 0"],
    [1, 2],
  ]);
  // A move to come finds nothing of that one.
  await clock.advance(LEAVING_MS);
  placed.expected = [0, 1, 2];
  expect([await agree(), log.warnings]).toEqual([[1, 2, 0], []]);
});

for (const how of ["fails", "refuses"] as const) {
  test(`a move that is given up after its lane ${how} to take its shards leaves them to the placement`, async () => {
    const { clock, lane, fault, refused, agree } = setUp([0]);
    await agree();
    await lane.letGo([0]);
    if (how === "fails") fault.adopting = new Error("the database is away");
    refused.add(0);
    const { isServed } = await lane.adopt([0]).catch(() => ({ isServed: false }));
    delete fault.adopting;
    refused.clear();
    expect([isServed, ...lane.serving]).toEqual([false]);
    await clock.advance(500);
    expect([...lane.serving]).toEqual([0]);
  });
}

test("a shard that was given to the lane and is another's before it has come is let go of, with all that waits for it", async () => {
  const { lane, asked, placed, agree } = setUp([]);
  lane.expect([0, 1]);
  await agree();
  expect(asked).toEqual([]);
  placed.expected = [0];
  await agree();
  placed.expected = [1];
  await agree();
  expect(asked).toEqual(["letGo 0"]);
});
