import { beforeEach, expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import type { Placement } from "../ports/placement-store.ts";
import { Unavailable } from "../ports/unavailable.ts";
import type { CollectingLink } from "../testing/collecting-link.ts";
import { address, DispatcherRig, PLACEMENT, SHARD_OF_A } from "../testing/dispatcher-rig.ts";
import type { ManualClock } from "../testing/manual-clock.ts";
import { ANSWER, COMMAND, MOVED, READ, UNWATCH, VIEW, WATCH, type Item } from "../transport/items.ts";
import type { LinkDispatcher } from "./link-dispatcher.ts";
import { shardOf } from "./shard-hash.ts";

let rig: DispatcherRig;
let clock: ManualClock;
let links: readonly CollectingLink[];
let dispatcher: LinkDispatcher;

beforeEach(() => {
  rig = new DispatcherRig();
  ({ clock, links, dispatcher } = rig);
});

function receiveView(epoch: number, offset: number, view: string | null): void {
  dispatcher.receive([[VIEW, 0, "shop", "tally", "A", epoch, offset, view]]);
}

test("a command goes to the lane that owns its shard, and its answer to whoever sent it", () => {
  const answers = rig.dispatch("A");
  const lane = PLACEMENT.shards[shardOf(address("A"), 256)]?.lane ?? 0;
  const deadlineAtMs = clock.nowMs() + 3_000;
  expect(links[lane]?.items).toEqual([
    [COMMAND, 1, "shop", "tally", "A", { type: "Add" }, "k", deadlineAtMs, null],
  ]);
  expect(links[1 - lane]?.items).toEqual([]);
  dispatcher.receive([[ANSWER, 1, done(7)]]);
  expect(answers).toEqual([done(7)]);
});

test("a command has one answer, whatever comes later", async () => {
  const answers = rig.dispatch("A");
  dispatcher.receive([[ANSWER, 1, done(7)]]);
  dispatcher.receive([[ANSWER, 1, done(8)]]);
  await clock.advance(10_000);
  dispatcher.stop();
  expect(answers).toEqual([done(7)]);
});

test("a command without an answer is unknown some time after its deadline, and a late answer is ignored", async () => {
  const answers = rig.dispatch("A");
  await clock.advance(3_900);
  expect(answers).toEqual([]);
  await clock.advance(600);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 200 }]);
  expect(dispatcher.outstanding).toBe(0);
  dispatcher.receive([[ANSWER, 1, done(7)]]);
  expect(answers.length).toBe(1);
});

test("one command too many is refused as overloaded and not sent", async () => {
  for (let count = 0; count < 3; count += 1) rig.dispatch("A");
  expect(rig.dispatch("A")).toEqual([{ type: "overloaded", retryAfterMs: 200 }]);
  expect(rig.sent().length).toBe(3);
  const error: unknown = await dispatcher.read(address("A")).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(Unavailable);
});

test("a read gives the view that comes under its correlation", async () => {
  const read = dispatcher.read(address("A"));
  expect(rig.sent()).toEqual([[READ, 1, "shop", "tally", "A"]]);
  dispatcher.receive([[VIEW, 1, "shop", "tally", "A", 2, 3, "seven"]]);
  expect(await read).toEqual({ epoch: 2, offset: 3, view: "seven" });
});

test("a read that is not answered in time, or for which there is no room, is unavailable", async () => {
  const late = dispatcher.read(address("A")).catch((fault: unknown) => fault);
  const refused = dispatcher.read(address("A")).catch((fault: unknown) => fault);
  dispatcher.receive([[ANSWER, 2, { type: "overloaded", retryAfterMs: 200 }]]);
  expect(await refused).toBeInstanceOf(Unavailable);
  await clock.advance(6_000);
  expect(await late).toBeInstanceOf(Unavailable);
});

test("when it stops, whoever waits is answered", async () => {
  const answers = rig.dispatch("A");
  const read = dispatcher.read(address("A")).catch((fault: unknown) => fault);
  dispatcher.stop();
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 200 }]);
  expect(await read).toBeInstanceOf(Unavailable);
});

test("watchers of one actor share one watch, and the last one to leave ends it", () => {
  const first = rig.watch("A");
  const second = rig.watch("A");
  expect(rig.sent()).toEqual([[WATCH, "shop", "tally", "A"]]);
  receiveView(1, 1, "one");
  expect([first.updates, second.updates]).toEqual([
    [{ epoch: 1, offset: 1, view: "one" }],
    [{ epoch: 1, offset: 1, view: "one" }],
  ]);
  first.unwatch();
  first.unwatch();
  expect(rig.sent().length).toBe(1);
  receiveView(1, 2, "two");
  expect([first.updates.length, second.updates.length]).toEqual([1, 2]);
  second.unwatch();
  expect(rig.sent()[1]).toEqual([UNWATCH, "shop", "tally", "A"]);
});

test("who watches later sees the newest view at once", () => {
  rig.watch("A");
  receiveView(1, 1, "one");
  expect(rig.watch("A").updates).toEqual([{ epoch: 1, offset: 1, view: "one" }]);
});

test("a watch that ended and one that begins anew do not mix", () => {
  const first = rig.watch("A");
  first.unwatch();
  const second = rig.watch("A");
  first.unwatch();
  receiveView(1, 1, "one");
  expect([first.updates.length, second.updates.length]).toEqual([0, 1]);
});

test("older views are ignored, also those of an earlier epoch", () => {
  const { updates } = rig.watch("A");
  receiveView(2, 5, "new");
  receiveView(2, 4, "older");
  receiveView(1, 9, "of an earlier owner");
  receiveView(3, 1, "of a later owner");
  expect(updates.map(({ view }) => view)).toEqual(["new", "of a later owner"]);
});

/** The same placement, with the other lane for every shard. */
function swapped(version: number): Placement {
  const shards = PLACEMENT.shards.map((place) => place && { ...place, lane: 1 - place.lane });
  return { version, shards };
}

test("a command that a lane has turned away goes to the shard's next owner, and is answered there once", async () => {
  const answers = rig.dispatch("A");
  const [command] = rig.sent();
  const lane = links.findIndex((link) => link.items.length > 0);
  dispatcher.receive([[MOVED, 1, SHARD_OF_A]]);
  expect(rig.sent()).toHaveLength(1);
  dispatcher.router.apply(swapped(2));
  expect(links[1 - lane]?.items).toEqual([command as Item]);
  dispatcher.receive([[ANSWER, 1, done(7)]]);
  await clock.advance(10_000);
  expect(answers).toEqual([done(7)]);
});

test("a command that a lane has left open goes to the shard's next owner under another number, and may have been begun", async () => {
  const answers = rig.dispatch("A");
  const lane = links.findIndex((link) => link.items.length > 0);
  dispatcher.receive([[MOVED, 1, SHARD_OF_A, true]]);
  dispatcher.router.apply(swapped(2));
  expect(links[1 - lane]?.items.map(([tag, correlation]) => [tag, correlation])).toEqual([[COMMAND, 2]]);
  dispatcher.receive([[ANSWER, 2, { type: "overloaded", retryAfterMs: 5 }]]);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 5 }]);
});

test("a command that nobody begins before its deadline is overloaded, not unknown", async () => {
  const answers = rig.dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatcher.receive([[MOVED, 1, SHARD_OF_A]]);
  await clock.advance(2_900);
  expect(answers).toEqual([]);
  await clock.advance(700);
  expect(answers).toEqual([{ type: "overloaded", retryAfterMs: 200 }]);
  expect([dispatcher.outstanding, dispatcher.router.keptCount]).toEqual([0, 0]);
});

test("a command that was turned away, sent again and not answered is unknown", async () => {
  const answers = rig.dispatch("A");
  dispatcher.receive([[MOVED, 1, SHARD_OF_A]]);
  dispatcher.router.apply(swapped(2));
  await clock.advance(4_500);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 200 }]);
});

test("a read that a lane has turned away is answered by the shard's next owner", async () => {
  const read = dispatcher.read(address("A"));
  dispatcher.receive([[MOVED, 1, SHARD_OF_A]]);
  dispatcher.router.apply(swapped(2));
  expect(rig.sent().filter((item) => item[0] === READ)).toHaveLength(2);
  dispatcher.receive([[VIEW, 1, "shop", "tally", "A", 2, 3, "seven"]]);
  expect(await read).toEqual({ epoch: 2, offset: 3, view: "seven" });
});

test("what is watched is watched at the next owner, and asked for again where it was not kept", async () => {
  const { updates } = rig.watch("A");
  dispatcher.receive([[MOVED, 0, SHARD_OF_A]]);
  await clock.advance(100);
  expect(rig.sent()).toHaveLength(2);
  dispatcher.router.apply(swapped(2));
  expect(rig.sent()).toHaveLength(3);
  receiveView(2, 1, "here");
  expect(updates).toEqual([{ epoch: 2, offset: 1, view: "here" }]);
});

test("whoever is told that a command has moved which it does not know ignores it", () => {
  dispatcher.receive([[MOVED, 77, SHARD_OF_A]]);
  expect(rig.sent()).toEqual([]);
});

test("an owner that turns away what it should have makes the placement doubtful; one that is replaced does not", async () => {
  rig.dispatch("A");
  dispatcher.receive([[MOVED, 1, SHARD_OF_A]]);
  expect(rig.doubts).toBe(1);
  await clock.advance(1_000);
  rig.dispatch("A");
  const shards = PLACEMENT.shards.map((place) => place && { ...place, lane: 1 - place.lane });
  dispatcher.apply({ version: PLACEMENT.version + 1, shards });
  dispatcher.receive([[MOVED, 2, SHARD_OF_A]]);
  expect(rig.doubts).toBe(1);
});

test("doubts are told ten times per second at most, also those of watches and lost answers", async () => {
  rig.watch("A");
  for (let turn = 0; turn < 50; turn += 1) {
    dispatcher.receive([[MOVED, 0, SHARD_OF_A]]);
    await clock.advance(10);
  }
  expect(rig.doubts).toBe(5);
  await clock.advance(1_000);
  const answers = rig.dispatch("A");
  dispatcher.receive([[ANSWER, 1, { type: "unknown", retryAfterMs: 0 }]]);
  expect([answers.length, rig.doubts]).toEqual([1, 6]);
});

test("what is not answered is given up in time also after the clock was set back", async () => {
  const answers = rig.dispatch("A");
  const read = dispatcher.read(address("A")).catch((fault: unknown) => fault);
  await clock.advance(1_000);
  clock.setBack(3_600_000);
  await clock.advance(6_000);
  expect([answers, dispatcher.outstanding]).toEqual([[{ type: "unknown", retryAfterMs: 200 }], 0]);
  expect(await read).toBeInstanceOf(Unavailable);
});

test("reads of a shard that has no owner for long leave room for what other shards keep while they move", async () => {
  const nobody = { ...PLACEMENT, version: 2, shards: PLACEMENT.shards.map(() => undefined) };
  dispatcher.apply(nobody);
  for (let count = 0; count < 3; count += 1) dispatcher.read(address("A")).catch(() => undefined);
  await clock.advance(6_000);
  expect(dispatcher.outstanding).toBe(0);
  expect(dispatcher.router.keptCount).toBe(0);
});
