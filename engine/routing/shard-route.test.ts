import { expect, test } from "bun:test";
import { CollectingLink } from "../testing/collecting-link.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ANSWER, COMMAND, READ, UNWATCH, WATCH, type CommandItem, type Item } from "../transport/items.ts";
import { ShardRoute } from "./shard-route.ts";

const LIMITS = {
  keptItemsMax: 2,
  returnDelayMs: 10,
  returnDelayMaxMs: 40,
  holdMaxMs: 1_000,
  retryAfterMs: 50,
};
const WATCH_A: Item = [WATCH, "shop", "inventory", "A"];
const WATCH_B: Item = [WATCH, "shop", "inventory", "B"];
const UNWATCH_A: Item = [UNWATCH, "shop", "inventory", "A"];
const OVERLOADED = { type: "overloaded", retryAfterMs: 50 } as const;

function command(correlation: number, deadlineAtMs = 10 ** 12): CommandItem {
  return [COMMAND, correlation, "shop", "cart", "C", { type: "AddLine" }, "key", deadlineAtMs, null];
}

function setUp() {
  const clock = new ManualClock();
  const refused: Item[] = [];
  const refuse = (items: readonly Item[]): void => void refused.push(...items);
  const route = new ShardRoute({ clock, limits: LIMITS, refuse, keptCount: 0 });
  return { clock, route, refused, first: new CollectingLink(), second: new CollectingLink() };
}

test("what is sent while the owner changes reaches the new one, in order", () => {
  const { route, first, second } = setUp();
  route.move(first, 1);
  route.send(command(1));
  route.hold(2);
  route.send(command(2));
  route.send(command(3));
  expect(first.items).toEqual([command(1)]);
  route.move(second, 2);
  route.send(command(4));
  expect(second.items).toEqual([command(2), command(3), command(4)]);
});

test("what cannot be kept is refused at once, with a hint", () => {
  const { route, refused, first } = setUp();
  for (let correlation = 1; correlation <= 3; correlation += 1) route.send(command(correlation));
  route.send([READ, 4, "shop", "cart", "C"]);
  expect(refused).toEqual([
    [ANSWER, 3, OVERLOADED],
    [ANSWER, 4, OVERLOADED],
  ]);
  route.move(first, 1);
  expect(first.items).toHaveLength(2);
  route.hold(2);
  route.send(command(5));
  expect(refused).toHaveLength(2);
});

test("watches that end before there is an owner leave nothing behind, however long that takes", () => {
  const { route, first } = setUp();
  for (let visitor = 0; visitor < 1_000; visitor += 1) {
    route.send([WATCH, "shop", "inventory", `S${visitor}`]);
    route.send([UNWATCH, "shop", "inventory", `S${visitor}`]);
  }
  route.move(first, 1);
  expect(first.items).toEqual([]);
});

test("a new owner is asked for the views that are still watched", () => {
  const { route, first, second } = setUp();
  route.move(first, 1);
  for (const item of [WATCH_A, WATCH_B, UNWATCH_A]) route.send(item);
  route.move(second, 2);
  expect(second.items).toEqual([WATCH_B]);
});

test("a watch that begins or ends while the shard is held is known to its owner afterwards", () => {
  const { route, first } = setUp();
  route.move(first, 1);
  route.send(WATCH_A);
  first.items.length = 0;
  route.hold(2);
  route.send(UNWATCH_A);
  route.send(WATCH_B);
  route.release(2);
  expect(first.items).toEqual([UNWATCH_A, WATCH_B]);
  first.items.length = 0;
  route.hold(3);
  route.send(WATCH_A);
  route.send(UNWATCH_A);
  route.send(WATCH_A);
  route.release(3);
  expect(first.items).toEqual([WATCH_B, WATCH_A]);
});

test("an owner that had let go and has the shard back is asked for the views again", () => {
  const { route, first } = setUp();
  route.move(first, 1);
  route.send(WATCH_A);
  route.hold(2);
  route.release(2);
  expect(first.items).toEqual([WATCH_A, WATCH_A]);
});

test("orders of an older placement, or of a move that is over, change nothing when they arrive late", () => {
  const { route, first, second } = setUp();
  route.move(second, 2);
  route.hold(7);
  route.release(7);
  route.move(first, 1);
  route.hold(7);
  route.send(command(1));
  expect([first.items.length, second.items.length]).toEqual([0, 1]);
});

test("a move that came to nothing does not keep the next one, to the same version, from moving the shard", () => {
  const { route, first, second } = setUp();
  route.move(first, 1);
  route.hold(7);
  route.release(7);
  route.hold(8);
  route.send(command(1));
  route.move(second, 2);
  expect([first.items.length, second.items.length]).toEqual([0, 1]);
});

test("what an owner turned away goes to the next one before what came later", () => {
  const { route, first, second } = setUp();
  route.move(first, 1);
  route.send(command(1));
  route.takeBack(command(1), 1);
  route.send(command(2));
  expect(first.items).toEqual([command(1)]);
  route.move(second, 2);
  expect(second.items).toEqual([command(1), command(2)]);
});

test("what an earlier owner turned away goes to the present one at once", () => {
  const { route, first, second } = setUp();
  route.move(first, 1);
  route.send(command(1));
  route.move(second, 2);
  route.takeBack(command(1), 1);
  expect(second.items).toEqual([command(1)]);
});

test("while no other owner is known the one that turns away is asked again, ever more slowly", async () => {
  const { clock, route, first } = setUp();
  route.move(first, 1);
  route.send(WATCH_A);
  const askedAtMs: number[] = [];
  const startMs = clock.nowMs();
  for (let time = 0; time < 130; time += 1) {
    const asked = first.items.filter((item) => item[0] === COMMAND).length;
    if (time === 0 || asked > askedAtMs.length) {
      if (time > 0) askedAtMs.push(clock.nowMs() - startMs);
      route.takeBack(command(1), 1);
    }
    await clock.advance(1);
  }
  expect(askedAtMs).toEqual([10, 30, 70, 110]);
  // It does not have the shard, so that it does not watch for anybody either.
  expect(first.items.filter((item) => item[0] === WATCH)).toHaveLength(5);
});

test("an owner that does not keep a watch is asked for it again, and all else goes on", async () => {
  const { clock, route, first } = setUp();
  route.move(first, 1);
  route.send(WATCH_A);
  route.askAgain();
  route.askAgain();
  route.send(command(1));
  expect(first.items).toEqual([WATCH_A, command(1)]);
  await clock.advance(10);
  expect(first.items).toEqual([WATCH_A, command(1), WATCH_A]);
});

test("a shard that nobody comes back for goes on at its present owner", async () => {
  const { clock, route, first } = setUp();
  route.move(first, 1);
  route.hold(2);
  route.send(command(1));
  await clock.advance(999);
  expect(first.items).toEqual([]);
  await clock.advance(1);
  expect(first.items).toEqual([command(1)]);
});

test("a command that is kept past its deadline is refused: it was not begun", async () => {
  const { clock, route, refused, first } = setUp();
  route.move(first, 1);
  route.hold(2);
  route.takeBack(command(1, clock.nowMs() + 100), 1);
  route.send(command(2, clock.nowMs() + 300));
  await clock.advance(200);
  route.expire(clock.nowMs(), () => true);
  expect(refused).toEqual([[ANSWER, 1, OVERLOADED]]);
  route.release(2);
  expect(first.items.map(([, correlation]) => correlation)).toEqual([2]);
});

test("a shard that nobody has keeps what comes, and a stopped route leaves no timer behind", async () => {
  const { clock, route, first } = setUp();
  route.move(first, 1);
  route.move(undefined, 2);
  route.send(command(1));
  expect(first.items).toEqual([]);
  route.hold(3);
  route.stop();
  expect(clock.plannedCount).toBe(0);
});
