import { beforeEach, expect, test } from "bun:test";
import { done, refused as refusal } from "../contract/outcome.ts";
import type { Placement } from "../ports/placement-store.ts";
import type { Answer } from "../ports/dispatcher.ts";
import type { CollectingLink } from "../testing/collecting-link.ts";
import { address, DispatcherRig, PLACEMENT, SHARD_OF_A } from "../testing/dispatcher-rig.ts";
import { ANSWER, VIEW, WATCH, type Item } from "../transport/items.ts";
import type { LinkDispatcher } from "./link-dispatcher.ts";

let rig: DispatcherRig;
let links: readonly CollectingLink[];
let dispatcher: LinkDispatcher;

beforeEach(() => {
  rig = new DispatcherRig();
  ({ links, dispatcher } = rig);
});

/** The placement in which the shard of actor A is at the other lane. */
function movedPlacement(): Placement {
  const shards = PLACEMENT.shards.map((place, shard) =>
    shard === SHARD_OF_A && place !== undefined ? { ...place, lane: 1 - place.lane } : place,
  );
  return { version: PLACEMENT.version + 1, shards };
}

/** Commands and reads under later numbers. */
function underNumbers(items: readonly Item[], by: number): Item[] {
  return items.map((item) => [item[0], Number(item[1]) + by, ...item.slice(2)] as unknown as Item);
}

test("what an owner has not answered that lost its shard is asked of the next one", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = rig.dispatch("A");
  const read = dispatcher.read(address("A"));
  dispatcher.apply(movedPlacement());
  expect(links[1 - lane]?.items).toEqual(underNumbers(links[lane]?.items ?? [], 2));
  dispatcher.receive([
    [ANSWER, 3, done(7)],
    [ANSWER, 3, done(7)],
    [VIEW, 4, "shop", "tally", "A", 1, 1, "seen"],
  ]);
  expect(answers).toEqual([done(7)]);
  expect((await read).view).toBe("seen");
});

test("the next owner hears as well why a command is barred", () => {
  const barred = { code: "turn_passed", detail: "Too late." };
  const submission = {
    address: address("A"),
    command: { type: "Add" },
    key: "k",
    deadlineAtMs: 10 ** 13,
    barred,
  };
  dispatcher.dispatch(submission, () => undefined);
  dispatcher.apply(movedPlacement());
  expect(links.map(({ items }) => items.map((item) => item.at(-1)))).toEqual([[barred], [barred]]);
});

test("what an owner of the past refuses late is no answer: the next one may have carried it out", () => {
  const answers = rig.dispatch("A");
  dispatcher.apply(movedPlacement());
  dispatcher.receive([[ANSWER, 1, refusal({ code: "sold_out", detail: "Gone." })]]);
  expect(answers).toEqual([]);
  dispatcher.receive([[ANSWER, 2, done(7)]]);
  expect(answers).toEqual([done(7)]);
});

test("what is kept for a shard that is about to move is sent once, and what its owner finishes not again", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  rig.dispatch("A");
  dispatcher.apply(movedPlacement());
  const correlations = links[1 - lane]?.items.map(([, correlation]) => correlation);
  expect(correlations).toEqual([2]);
});

test("what an owner was to finish before its shard moved, and has not answered since, is asked of the next one", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const finished = rig.dispatch("A");
  const unfinished = rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  rig.dispatch("A");
  dispatcher.apply(movedPlacement());
  dispatcher.receive([[ANSWER, 1, done(7)]]);
  await rig.clock.advance(1_000);
  const correlations = links[1 - lane]?.items.map(([, correlation]) => correlation);
  expect(correlations).toEqual([3, 4]);
  dispatcher.receive([
    [ANSWER, 2, refusal({ code: "sold_out", detail: "Gone." })],
    [ANSWER, 4, done(8)],
  ]);
  expect([finished, unfinished]).toEqual([[done(7)], [done(8)]]);
});

test("a command whose owner lets go of it undecided is asked of the next one, and is not denied by it", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatcher.receive([[ANSWER, 1, { type: "unknown", retryAfterMs: 200 }]]);
  expect(answers).toEqual([]);
  dispatcher.apply(movedPlacement());
  expect(links[1 - lane]?.items).toEqual(underNumbers(links[lane]?.items ?? [], 1));
  dispatcher.receive([[ANSWER, 2, { type: "overloaded", retryAfterMs: 100 }]]);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 100 }]);
});

test("what a lane has not answered is sent again when something between the two was lost", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = rig.dispatch("A");
  dispatcher.missed({ node: "node", lane: 1 - lane });
  expect(links[lane]?.items).toHaveLength(1);
  dispatcher.missed({ node: "node", lane });
  expect(links[lane]?.items).toHaveLength(2);
  dispatcher.receive([[ANSWER, 1, refusal({ code: "sold_out", detail: "Gone." })]]);
  expect(answers).toEqual([]);
  dispatcher.receive([[ANSWER, 2, { type: "expired" }]]);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 0 }]);
});

test("what was lost while its shard was held is sent again to whoever has the shard in the end, once", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const lost = rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  const kept = rig.dispatch("A");
  dispatcher.missed({ node: "node", lane });
  expect(links[lane]?.items).toHaveLength(1);
  // The move has come to nothing.
  dispatcher.router.release([SHARD_OF_A], 1);
  await rig.clock.advance(1_000);
  expect(links[lane]?.items.map(([, correlation]) => correlation)).toEqual([1, 2, 3]);
  dispatcher.receive([
    [ANSWER, 2, done(8)],
    [ANSWER, 3, done(7)],
  ]);
  expect([lost, kept]).toEqual([[done(7)], [done(8)]]);
});

test("what the owner of the past has not answered is asked of the next one, whatever was lost of its last words", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatcher.apply(movedPlacement());
  dispatcher.missed({ node: "node", lane });
  await rig.clock.advance(1_000);
  expect(links[1 - lane]?.items).toEqual(underNumbers(links[lane]?.items ?? [], 1));
  dispatcher.receive([[ANSWER, 2, done(7)]]);
  expect(answers).toEqual([done(7)]);
});

test("what is watched at a lane is asked for again when something between the two was lost", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  rig.watch("A");
  dispatcher.missed({ node: "node", lane });
  await rig.clock.advance(1_000);
  expect(links[lane]?.items.map(([tag]) => tag)).toEqual([WATCH, WATCH]);
});

test("a command that its owner let go of undecided is asked of the next one, also when that is known already", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatcher.apply(movedPlacement());
  expect(links[1 - lane]?.items).toEqual([]);
  const undecided: Answer = { type: "unknown", retryAfterMs: 200 };
  dispatcher.receive([[ANSWER, 1, undecided]]);
  expect(links[1 - lane]?.items).toHaveLength(1);
  dispatcher.receive([[ANSWER, 2, undecided]]);
  expect([answers, links[1 - lane]?.items.length]).toEqual([[undecided], 1]);
});
