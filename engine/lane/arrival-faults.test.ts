import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import type { Segment } from "../ports/journal.ts";
import type { LaneRig } from "../testing/lane-rig.ts";
import { begin, moved, twoLanes } from "../testing/shard-moves.ts";
import { MOVED } from "../transport/items.ts";

const ADD = { type: "Add", amount: 1 } as const;

/** Two lanes over a journal in which shards can be damaged, or held back when they are read. */
async function setUp() {
  const rig = await twoLanes();
  const damaged = new Set<number>();
  const gates = new Map<number, Promise<void>>();
  const reading = rig.journal.read.bind(rig.journal);
  rig.journal.read = async function* read(shard, afterSeq): AsyncIterable<readonly Segment[]> {
    // As the journal is when it is asked.
    const pages = await Array.fromAsync(reading(shard, afterSeq));
    await gates.get(shard);
    if (damaged.has(shard)) throw new Error(`shard ${shard} is damaged`);
    for (const page of pages) {
      yield page;
      // As long as a database takes for the next page.
      await new Promise<void>((resolve) => rig.clock.after(1, resolve));
    }
  };
  const hold = (shard: number): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.set(shard, promise);
    return () => {
      gates.delete(shard);
      resolve();
    };
  };
  return { rig, damaged, hold };
}

async function leave(rig: LaneRig, shards: readonly number[]): Promise<void> {
  await begin(rig, rig.lane(0).letGo(shards));
  rig.route(shards, 1);
}

function takeovers(rig: LaneRig, shard: number): number {
  return rig.journal.segments(shard).filter(({ body }) => body.takeover !== undefined).length;
}

test("a shard that is prepared again while it is taken over has everything once", async () => {
  const { rig, hold } = await setUp();
  const actor = rig.actorIn(0);
  const release = hold(0);
  const first = await begin(rig, rig.lane(1).prepare([0, 2]));
  for (let count = 0; count < 5; count += 1) await rig.ask(actor, ADD);
  await leave(rig, [0]);
  const adopted = await begin(rig, rig.lane(1).adopt([0]));
  const second = await begin(rig, rig.lane(1).prepare([0]));
  release();
  await rig.clock.advance(100);
  expect([first(), second(), adopted()]).toEqual([true, true, true]);
  expect(await rig.view(actor)).toEqual({ total: 5, adds: 5 });
});

test("a shard that serves is not thrown out by a late failure of what was prepared with it", async () => {
  const { rig, damaged, hold } = await setUp();
  const actor = rig.actorIn(0);
  await rig.ask(actor, ADD);
  const release = hold(2);
  damaged.add(2);
  const failed = rig
    .lane(1)
    .prepare([0, 2])
    .catch((error: unknown) => error);
  await rig.clock.advance(10);
  await leave(rig, [0, 2]);
  await begin(rig, rig.lane(1).adopt([0]));
  await rig.clock.advance(10);
  const kept = rig.send(rig.actorIn(2), ADD);
  release();
  await rig.clock.advance(10);
  expect(await failed).toEqual(new Error("shard 2 is damaged"));
  expect(moved(rig)).toEqual([[MOVED, kept, 2]]);
  expect(rig.lane(1).shards).toEqual([0, 1, 3, 5, 7]);
  expect(await rig.ask(actor, ADD)).toEqual(done({ total: 2 }));
});

test("a shard that cannot be read keeps no other from serving, and is claimed once however often it is tried", async () => {
  const { rig, damaged } = await setUp();
  await rig.ask(rig.actorIn(2), ADD);
  await leave(rig, [0, 2, 4]);
  damaged.add(2);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const adopted = rig.lane(1).adopt([0, 2, 4]);
    await rig.clock.advance(10);
    expect(await adopted).toEqual({ served: [0, 4], unread: [{ shard: 2, why: "shard 2 is damaged" }] });
  }
  expect(await rig.ask(rig.actorIn(4), ADD)).toEqual(done({ total: 1 }));
  expect(takeovers(rig, 2)).toBe(2);
  damaged.clear();
  await begin(rig, rig.lane(1).adopt([2]));
  await rig.clock.advance(10);
  expect(takeovers(rig, 2)).toBe(2);
  expect(await rig.ask(rig.actorIn(2), ADD)).toEqual(done({ total: 2 }));
});

test("a shard whose checkpoint is damaged keeps no other from serving", async () => {
  const { rig } = await setUp();
  await leave(rig, [0, 2]);
  const { snapshots } = rig;
  const checkpoints = snapshots.checkpoints.bind(snapshots);
  snapshots.checkpoints = async (shards) => {
    if (shards.includes(2)) throw new Error("a checkpoint is damaged");
    return checkpoints(shards);
  };
  const adopted = rig.lane(1).adopt([0, 2]);
  await rig.clock.advance(10);
  expect(await adopted).toEqual({ served: [0], unread: [{ shard: 2, why: "a checkpoint is damaged" }] });
});

test("a claim that came to nothing is made again once another owner has had the shard, or it was let go of", async () => {
  const { rig, damaged } = await setUp();
  await leave(rig, [2]);
  damaged.add(2);
  const tries = async (): Promise<number> => {
    await begin(rig, rig.lane(1).adopt([2]));
    return takeovers(rig, 2);
  };
  expect([await tries(), await tries()]).toEqual([2, 2]);
  await rig.journal.claim([2], "another");
  expect([await tries(), await tries()]).toEqual([4, 4]);
  await begin(rig, rig.lane(1).letGo([2]));
  expect([await tries(), await tries()]).toEqual([5, 5]);
});
