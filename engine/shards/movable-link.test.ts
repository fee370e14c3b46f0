import { expect, test } from "bun:test";
import { CollectingLink } from "../testing/collecting-link.ts";
import { COMMAND, UNWATCH, WATCH, type Item } from "../transport/items.ts";
import { MovableLink } from "./movable-link.ts";

const LIMITS = { keptItemsMax: 2, retryAfterMs: 50 };

function command(correlation: number): Item {
  return [COMMAND, correlation, "shop", "cart", "C", { type: "AddLine" }, "key", 1, null];
}

function setUp() {
  const refused: Item[] = [];
  const link = new MovableLink(LIMITS, (items) => refused.push(...items));
  return { link, refused, first: new CollectingLink(), second: new CollectingLink() };
}

test("what is sent while the owner changes reaches the new one, in order", () => {
  const { link, first, second } = setUp();
  link.release(first, 1);
  link.send(command(1));
  link.hold(2);
  link.send(command(2));
  link.send(command(3));
  expect(first.items).toEqual([command(1)]);
  link.release(second, 2);
  link.send(command(4));
  expect(second.items).toEqual([command(2), command(3), command(4)]);
});

test("what cannot be kept is refused at once, with a hint", () => {
  const { link, refused, first } = setUp();
  for (let correlation = 1; correlation <= 3; correlation += 1) link.send(command(correlation));
  expect(refused).toEqual([[5, 3, { type: "overloaded", retryAfterMs: 50 }]]);
  link.release(first, 1);
  expect(first.items).toHaveLength(2);
});

test("a new owner is asked for the views that are still watched", () => {
  const { link, first, second } = setUp();
  link.release(first, 1);
  link.send([WATCH, "shop", "inventory", "A"]);
  link.send([WATCH, "shop", "inventory", "B"]);
  link.send([UNWATCH, "shop", "inventory", "A"]);
  link.release(second, 2);
  expect(second.items).toEqual([[WATCH, "shop", "inventory", "B"]]);
});

test("the same owner again is not asked twice", () => {
  const { link, first } = setUp();
  link.release(first, 1);
  link.send([WATCH, "shop", "inventory", "A"]);
  link.hold(2);
  link.release(first, 2);
  expect(first.items).toHaveLength(1);
});

test("orders of an older placement that arrive late change nothing", () => {
  const { link, first, second } = setUp();
  link.release(second, 2);
  link.hold(2);
  link.release(first, 1);
  link.send(command(1));
  expect([first.items.length, second.items.length]).toEqual([0, 1]);
});
