import { beforeEach, expect, test } from "bun:test";
import { BusRig, GATEWAY, LANE, OTHER_LANE, command, message } from "../../testing/bus-rig.ts";
import { allItems } from "../../testing/frame-samples.ts";
import { ANSWER, READ, VIEW, type Item } from "../items.ts";

const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;

let rig: BusRig;

beforeEach(() => {
  rig = new BusRig();
});

test("items of every kind arrive in their order; those of one turn as one frame", async () => {
  const other = rig.party(OTHER_LANE, rig.gatewayBus);
  const toLane = other.endpoint.link(LANE);
  for (const item of allItems) toLane.send(item);
  await rig.clock.settle();
  toLane.send(message(1));
  await rig.clock.settle();
  expect(rig.lane.frames).toEqual([allItems, [message(1)]]);
  expect(rig.carried.length).toBe(2);
  expect([rig.lane.gaps.length, other.gaps.length]).toEqual([0, 0]);
});

test("answers go back to where a command came from", async () => {
  rig.toLane.send(command(1));
  await rig.clock.settle();
  rig.lane.from?.send([ANSWER, 1, OVERLOADED]);
  await rig.clock.settle();
  expect(rig.gateway.frames).toEqual([[[ANSWER, 1, OVERLOADED]]]);
  expect(rig.gateway.from).toBe(rig.toLane);
  expect(rig.lane.from?.to).toBe(GATEWAY);
});

test("what is too long for one frame is cut into several, and nothing is lost or swapped", async () => {
  const note = "x".repeat(300_000);
  const items = Array.from({ length: 9 }, (_, number) => command(number, note));
  for (const item of items) rig.toLane.send(item);
  await rig.clock.settle();
  expect(rig.lane.items).toEqual(items);
  expect(rig.lane.frames.length).toBeGreaterThan(2);
  expect(Math.max(...rig.carried.map((text) => text.length))).toBeLessThanOrEqual(
    rig.laneBus.payloadBytesMax,
  );
  expect(rig.lane.gaps).toEqual([]);
});

test("a command that no frame can carry is refused to its sender, and the others go", async () => {
  rig.toLane.send(command(1));
  rig.toLane.send(command(2, "x".repeat(1_100_000)));
  rig.toLane.send(command(3));
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([command(1), command(3)]);
  const [, correlation, answer] = rig.gateway.items[0] as Extract<
    Item,
    readonly [typeof ANSWER, ...unknown[]]
  >;
  expect(correlation).toBe(2);
  expect(answer).toMatchObject({ type: "refused", refusal: { code: "too_long" } });
  expect(rig.gateway.log.errors).toEqual(["an item is too long for the bus"]);
  expect(rig.gateway.endpoint.counters.tooLongItems).toBe(1);
});

test("whoever waits for an answer or a view that no frame can carry hears so", async () => {
  rig.toLane.send(command(1));
  rig.toLane.send([READ, 2, "shop", "cart", "C"]);
  await rig.clock.settle();
  const long = "x".repeat(1_100_000);
  rig.lane.from?.send([ANSWER, 1, { type: "done", reply: long }]);
  rig.lane.from?.send([VIEW, 2, "shop", "cart", "C", 1, 1, long]);
  await rig.clock.settle();
  const unknown = { type: "unknown", retryAfterMs: 200 } as const;
  expect(rig.gateway.items).toEqual([
    [ANSWER, 1, unknown],
    [ANSWER, 2, unknown],
  ]);
  expect(rig.lane.log.errors.length).toBe(2);
});

test("while the bus is away, commands and reads are refused at once, and nothing comes late", async () => {
  rig.server.stop();
  rig.toLane.send(command(1));
  rig.toLane.send([READ, 2, "shop", "cart", "C"]);
  rig.toLane.send(message(1));
  expect(rig.gateway.items).toEqual([
    [ANSWER, 1, OVERLOADED],
    [ANSWER, 2, OVERLOADED],
  ]);
  rig.server.start();
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([]);
  expect(rig.gateway.endpoint.counters).toMatchObject({ refusedItems: 2, lostItems: 1 });
});

test("what has queued when the bus breaks is refused, too", async () => {
  rig.toLane.send(command(1));
  rig.server.stop();
  await rig.clock.settle();
  expect(rig.gateway.items).toEqual([[ANSWER, 1, OVERLOADED]]);
});

test("two lanes tell each other things without waiting for anything", async () => {
  const other = rig.party(OTHER_LANE, rig.gatewayBus);
  other.endpoint.link(LANE).send(message(1));
  rig.lane.endpoint.link(OTHER_LANE).send(message(2));
  await rig.clock.settle();
  expect([rig.lane.items, other.items]).toEqual([[message(1)], [message(2)]]);
  const before = rig.carried.length;
  await rig.clock.advance(3_000);
  expect(rig.carried.length).toBe(before);
  expect([rig.lane.gaps, other.gaps]).toEqual([[], []]);
});

test("a closed endpoint sends what has queued and then neither hears nor sends", async () => {
  rig.toLane.send(command(1));
  rig.gateway.endpoint.close();
  rig.toLane.send(command(2));
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([command(1)]);
  rig.lane.from?.send([ANSWER, 1, OVERLOADED]);
  await rig.clock.advance(10_000);
  expect(rig.gateway.items).toEqual([]);
});
