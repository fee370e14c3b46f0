import { expect, test } from "bun:test";
import type { LanePlace, Placement, ShardPlace } from "../ports/placement-store.ts";
import { CollectingLink } from "../testing/collecting-link.ts";
import { evenPlacement } from "../testing/even-placement.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { DELIVERED, READ, type Item } from "../transport/items.ts";
import { shardsAt } from "./placement.ts";
import { Router } from "./router.ts";
import { defaultRouterLimits } from "./shard-route.ts";

/** A router to lanes whose links a test can look into. */
function routerBy(placement: Placement) {
  const links = new Map<string, CollectingLink>();
  const linkTo = ({ node, lane }: LanePlace): CollectingLink => {
    const name = `${node}/lane-${lane}`;
    const link = links.get(name) ?? new CollectingLink();
    links.set(name, link);
    return link;
  };
  const clock = new ManualClock();
  const router = new Router(placement, {
    clock,
    limits: defaultRouterLimits,
    linkTo,
    refuse: () => undefined,
  });
  const received = (name: string): readonly Item[] => links.get(name)?.items ?? [];
  return { router, received };
}

function change(before: Placement, changes: Readonly<Record<number, LanePlace | undefined>>): Placement {
  const shards = before.shards.map((place, shard): ShardPlace | undefined => {
    if (!(shard in changes)) return place;
    const to = changes[shard];
    return to && { ...to, pinned: false };
  });
  return { version: before.version + 1, shards };
}

const EVEN = evenPlacement(4, 2, "a");
const B0 = { node: "b", lane: 0 };
const item = (number: number): Item => [DELIVERED, 1, 2, number];

test("a node's shards are spread evenly over its lanes", () => {
  expect([0, 1].map((lane) => shardsAt(evenPlacement(5, 2, "a"), { node: "a", lane }))).toEqual([
    [0, 2, 4],
    [1, 3],
  ]);
  expect(shardsAt(EVEN, B0)).toEqual([]);
});

test("items go where the newest placement has their shards, and older ones change nothing", () => {
  const { router, received } = routerBy(EVEN);
  router.send(1, item(1));
  const next = change(EVEN, { 1: B0 });
  const later = change(next, { 2: { node: "a", lane: 1 } });
  expect(router.apply(next)).toEqual([1]);
  expect(router.apply(later)).toEqual([2]);
  expect(router.apply(next)).toEqual([]);
  for (const shard of [0, 1, 2]) router.send(shard, item(2 + shard));
  expect(received("a/lane-0")).toEqual([item(2)]);
  expect(received("a/lane-1")).toEqual([item(1), item(4)]);
  expect(received("b/lane-0")).toEqual([item(3)]);
  expect(router.version).toBe(3);
});

test("shards that are held wait for their own move, whatever else moves", () => {
  const { router, received } = routerBy(EVEN);
  router.hold([1, 2], 9);
  for (const shard of [1, 2, 3]) router.send(shard, item(shard));
  expect([router.keptCount, received("a/lane-1")]).toEqual([2, [item(3)]]);
  const next = change(EVEN, { 3: B0 });
  router.apply(next);
  expect(router.keptCount).toBe(2);
  router.apply(change(next, { 1: B0 }));
  expect([router.keptCount, received("b/lane-0")]).toEqual([1, [item(1)]]);
  router.release([1, 2], 9);
  expect([router.keptCount, received("a/lane-0")]).toEqual([0, [item(2)]]);
});

test("a shard that nobody has keeps what comes until somebody has it", () => {
  const nobody = change(EVEN, { 1: undefined });
  const { router, received } = routerBy(nobody);
  router.send(1, item(1));
  expect(router.keptCount).toBe(1);
  expect(router.apply(change(nobody, { 1: B0 }))).toEqual([1]);
  expect(received("b/lane-0")).toEqual([item(1)]);
});

test("what is kept is bounded over all shards", () => {
  const limits = { ...defaultRouterLimits, keptItemsMax: 3 };
  const link = new CollectingLink();
  const dependencies = { clock: new ManualClock(), limits, linkTo: () => link, refuse: () => undefined };
  const router = new Router(EVEN, dependencies);
  router.hold([0, 1, 2, 3], 1);
  for (let number = 0; number < 8; number += 1) router.send(number % 4, item(number));
  expect(router.keptCount).toBe(3);
  router.release([0, 1, 2, 3], 1);
  expect([router.keptCount, link.items]).toEqual([0, [item(0), item(1), item(2)]]);
});

test("what nobody waits for any more gives its room back", () => {
  const limits = { ...defaultRouterLimits, keptItemsMax: 2 };
  const link = new CollectingLink();
  const dependencies = { clock: new ManualClock(), limits, linkTo: () => link, refuse: () => undefined };
  const router = new Router(EVEN, dependencies);
  router.hold([0, 1], 1);
  for (let number = 1; number <= 2; number += 1) router.send(0, [READ, number, "shop", "cart", "C"]);
  router.expire(0, (correlation) => correlation === 2);
  router.send(1, [READ, 3, "shop", "cart", "D"]);
  router.release([0, 1], 1);
  expect(link.items.map(([, correlation]) => correlation)).toEqual([2, 3]);
});

test("a placement of another number of shards is a fault", () => {
  const { router } = routerBy(EVEN);
  expect(() => router.apply({ ...evenPlacement(8, 2), version: 2 })).toThrow(
    "number of shards never changes",
  );
});

test("a word about a shard of which nothing was asked leaves nothing behind", () => {
  const { router } = routerBy(EVEN);
  router.askAgain(4_000);
  expect(router.held).toEqual(new Set());
});
