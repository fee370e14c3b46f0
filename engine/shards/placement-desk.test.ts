import { expect, test } from "bun:test";
import { TermOver } from "../ports/coordinator-lock.ts";
import {
  PlacementChanged,
  type Placement,
  type PlacementStore,
  type ShardChange,
} from "../ports/placement-store.ts";
import { PlacementDesk, type MakeChanges } from "./placement-desk.ts";
import { withNews, type PlacementNews } from "./placement-news.ts";

const A = { node: "a", lane: 0, pinned: false };
const B = { node: "b", lane: 1, pinned: false };
const ORIGIN = { reason: "asked", askedBy: "anna" };

/** A desk over a stored placement; `trouble` happens to the next change, before or after it is stored. */
async function setUp() {
  let stored: Placement = { version: 4, shards: [A, A, A] };
  const trouble: { before?: Error; after?: Error } = {};
  const announced: PlacementNews[] = [];
  const store = {
    read: async () => stored,
    change: async (expected: number, changes: readonly ShardChange[]) => {
      const { before, after } = trouble;
      delete trouble.before;
      delete trouble.after;
      if (before !== undefined) throw before;
      if (expected !== stored.version) throw new PlacementChanged("another version");
      stored = withNews(stored, { version: expected + 1, since: expected, changes }) ?? stored;
      if (after !== undefined) throw after;
      return stored.version;
    },
  } as unknown as PlacementStore;
  const desk = new PlacementDesk({ store, term: 1, announce: (news) => announced.push(news) });
  await desk.open();
  return { desk, trouble, announced, stored: () => stored };
}

test("changes that are asked for at once are made one after the other", async () => {
  const { desk, stored } = await setUp();
  const versions = await Promise.all([
    desk.change(() => [{ shard: 0, ...B }], ORIGIN),
    desk.change(() => [{ shard: 1, ...B }], ORIGIN),
  ]);
  expect(versions).toEqual([5, 6]);
  expect(stored().shards).toEqual([B, B, A]);
  expect(desk.placement).toEqual(stored());
});

test("a change is made from the placement that is there when its turn comes; one that changes nothing is not stored", async () => {
  const { desk, stored } = await setUp();
  const pin: MakeChanges = ({ shards }) =>
    shards[0]?.pinned === false ? [{ shard: 0, ...shards[0], pinned: true }] : [];
  const versions = await Promise.all([
    desk.change(() => [{ shard: 0, ...B }], ORIGIN),
    desk.change(pin, ORIGIN),
    desk.change(pin, ORIGIN),
  ]);
  expect(versions).toEqual([5, 6, 6]);
  expect(stored()).toEqual({ version: 6, shards: [{ ...B, pinned: true }, A, A] });
});

test("what was changed before the last announcement is not told again; what came since is told together", async () => {
  const { desk, announced } = await setUp();
  await desk.change(() => [{ shard: 0, ...B }], ORIGIN);
  desk.announce();
  await desk.change(() => [{ shard: 1, ...B }], ORIGIN);
  await desk.change(() => [{ shard: 1, ...A }], ORIGIN);
  await desk.change(() => [{ shard: 2, ...B }], ORIGIN);
  desk.announce();
  expect(announced).toEqual([
    { version: 5, since: 4, changes: [{ shard: 0, ...B }] },
    {
      version: 8,
      since: 5,
      changes: [
        { shard: 1, ...A },
        { shard: 2, ...B },
      ],
    },
  ]);
});

test("a change whose reply was lost is known, told and built on", async () => {
  const { desk, trouble, stored } = await setUp();
  trouble.after = new Error("the reply was lost");
  expect(desk.change(() => [{ shard: 0, ...B }], ORIGIN)).rejects.toThrow("the reply was lost");
  await desk.change(() => [{ shard: 1, ...B }], ORIGIN);
  expect(stored()).toEqual({ version: 6, shards: [B, B, A] });
  expect(desk.news.changes.map(({ shard }) => shard)).toEqual([0, 1]);
});

test("a change that was not made is not told", async () => {
  const { desk, trouble } = await setUp();
  trouble.before = new TermOver("another coordinator has followed");
  expect(desk.change(() => [{ shard: 0, ...B }], ORIGIN)).rejects.toThrow(TermOver);
  await desk.change(() => [{ shard: 1, ...B }], ORIGIN);
  expect(desk.news.changes.map(({ shard }) => shard)).toEqual([1]);
});

test("news are taken by whoever knows what they begin with, and by nobody who knows less", () => {
  const news = { version: 9, since: 7, changes: [{ shard: 1, ...B }] };
  expect(withNews({ version: 6, shards: [A, A] }, news)).toBeUndefined();
  expect(withNews({ version: 8, shards: [A, A] }, news)).toEqual({ version: 9, shards: [A, B] });
  const newer = { version: 9, shards: [A, A] };
  expect(withNews(newer, news)).toBe(newer);
});
