import { beforeEach, expect, test } from "bun:test";
import type { Typed } from "../../contract/decider.ts";
import type { Bus } from "../../ports/bus.ts";
import { BusParty } from "../../testing/bus-party.ts";
import { allItems } from "../../testing/frame-samples.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { SequentialEntropy } from "../../testing/sequential-entropy.ts";
import { ANSWER, COMMAND, MESSAGE, READ, UNWATCH, VIEW, WATCH, type Item } from "../items.ts";
import type { BusLink } from "./bus-link.ts";
import { ClusterTopics } from "./cluster-topics.ts";
import { MemoryBusServer } from "./memory-bus.ts";

const GATEWAY = "node-a/gateway-0";
const LANE = "node-b/lane-2";
const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;

const topics = new ClusterTopics("test");
let clock: ManualClock;
let entropy: SequentialEntropy;
let server: MemoryBusServer;
let gatewayBus: Bus;
let laneBus: Bus;
let gateway: BusParty;
let lane: BusParty;
let toLane: BusLink;
/** Messages that are on the bus, by number from 0, with what they carry. */
let carried: string[];
let lose: (payload: string, topic: string) => boolean;
let copies: number;

beforeEach(() => {
  clock = new ManualClock();
  entropy = new SequentialEntropy();
  carried = [];
  lose = () => false;
  copies = 1;
  server = new MemoryBusServer(clock, (deliver, topic, payload) => {
    carried.push(payload);
    if (lose(payload, topic)) return;
    for (let copy = 0; copy < copies; copy += 1) clock.soon(deliver);
  });
  gatewayBus = server.connect();
  laneBus = server.connect();
  gateway = new BusParty(GATEWAY, gatewayBus, clock, entropy);
  lane = new BusParty(LANE, laneBus, clock, entropy);
  toLane = gateway.endpoint.link(LANE);
});

function command(correlation: number, note = ""): Item {
  return [
    COMMAND,
    correlation,
    "shop",
    "cart",
    "C",
    { type: "Note", note },
    `key-${correlation}`,
    9e12,
    null,
  ];
}

function message(number: number): Item {
  return [MESSAGE, 1, 2, number, "shop", "cart", "C", { type: "Note" }];
}

const watch: Item = [WATCH, "shop", "inventory", "S"];

function view(offset: number, correlation = 0): Item {
  return [VIEW, correlation, "shop", "inventory", "S", 1, offset, { available: offset }];
}

/** The lane serves the views that it is asked for; the gateway asks again when something is lost. */
function serveViews(): void {
  let offset = 0;
  lane.onItems = (link, items) => {
    for (const [tag] of items) if (tag === WATCH) link.send(view((offset += 1)));
  };
  gateway.onGap = (link) => link.send(watch);
}

test("items of every kind arrive in their order; those of one turn as one frame", async () => {
  for (const item of allItems) toLane.send(item);
  await clock.settle();
  toLane.send(message(1));
  await clock.settle();
  expect(lane.frames).toEqual([allItems, [message(1)]]);
  expect(carried.length).toBe(2);
  expect([lane.gaps.length, gateway.gaps.length]).toEqual([0, 0]);
});

test("answers go back to where a command came from", async () => {
  toLane.send(command(1));
  await clock.settle();
  lane.from?.send([ANSWER, 1, OVERLOADED]);
  await clock.settle();
  expect(gateway.frames).toEqual([[[ANSWER, 1, OVERLOADED]]]);
  expect(gateway.from).toBe(toLane);
  expect(lane.from?.to).toBe(GATEWAY);
});

test("what is too long for one frame is cut into several, and nothing is lost or swapped", async () => {
  const note = "x".repeat(300_000);
  const items = Array.from({ length: 9 }, (_, number) => command(number, note));
  for (const item of items) toLane.send(item);
  await clock.settle();
  expect(lane.items).toEqual(items);
  expect(lane.frames.length).toBeGreaterThan(2);
  expect(Math.max(...carried.map((text) => text.length))).toBeLessThanOrEqual(laneBus.payloadBytesMax);
  expect(lane.gaps).toEqual([]);
});

test("a command that no frame can carry is refused to its sender, and the others go", async () => {
  toLane.send(command(1));
  toLane.send(command(2, "x".repeat(1_100_000)));
  toLane.send(command(3));
  await clock.settle();
  expect(lane.items).toEqual([command(1), command(3)]);
  const [, correlation, answer] = gateway.items[0] as Extract<Item, readonly [typeof ANSWER, ...unknown[]]>;
  expect(correlation).toBe(2);
  expect(answer).toMatchObject({ type: "refused", refusal: { code: "too_long" } });
  expect(gateway.log.errors).toEqual(["an item is too long for the bus"]);
  expect(gateway.endpoint.counters.tooLongItems).toBe(1);
});

test("whoever waits for an answer or a view that no frame can carry hears so", async () => {
  toLane.send(command(1));
  toLane.send([READ, 2, "shop", "cart", "C"]);
  await clock.settle();
  const long = "x".repeat(1_100_000);
  lane.from?.send([ANSWER, 1, { type: "done", reply: long }]);
  lane.from?.send([VIEW, 2, "shop", "cart", "C", 1, 1, long]);
  await clock.settle();
  const unknown = { type: "unknown", retryAfterMs: 200 } as const;
  expect(gateway.items).toEqual([
    [ANSWER, 1, unknown],
    [ANSWER, 2, unknown],
  ]);
  expect(lane.log.errors.length).toBe(2);
});

test("a frame that is lost is noticed with the next one, at both ends", async () => {
  serveViews();
  toLane.send(watch);
  await clock.settle();
  lose = (payload) => payload.includes("inventory");
  lane.from?.send(view(50));
  await clock.settle();
  lose = () => false;
  lane.from?.send(view(51));
  await clock.settle();
  expect(gateway.gaps).toEqual([toLane]);
  // The gateway has asked again, and got the view.
  expect(gateway.items).toEqual([view(1), view(51), view(2)]);
  expect(lane.gaps).toEqual([]);
});

test("the loss of the last frame is noticed within a second", async () => {
  serveViews();
  toLane.send(watch);
  await clock.settle();
  lose = (payload) => payload.includes("inventory");
  lane.from?.send(view(50));
  await clock.settle();
  lose = () => false;
  await clock.advance(1_000);
  expect(gateway.gaps).toEqual([toLane]);
  expect(gateway.items).toEqual([view(1), view(2)]);
});

test("a question that is lost is asked again within a second, also the first one", async () => {
  serveViews();
  lose = (payload) => payload.includes("inventory");
  toLane.send(watch);
  await clock.settle();
  lose = () => false;
  await clock.advance(1_000);
  expect(gateway.gaps).toEqual([toLane]);
  expect(gateway.items).toEqual([view(1)]);
  lose = (payload) => payload.includes("inventory");
  toLane.send(watch);
  await clock.settle();
  lose = () => false;
  await clock.advance(1_000);
  expect(lane.gaps.length).toBe(2);
  expect(gateway.items).toEqual([view(1), view(2)]);
});

test("even when beats and echoes are lost, too", async () => {
  serveViews();
  let lost = 0;
  lose = () => (lost += 1) <= 4;
  toLane.send(watch);
  await clock.advance(4_000);
  expect(lost).toBeGreaterThan(4);
  expect(gateway.items).toEqual([view(1)]);
});

test("frames that come twice or late are dropped", async () => {
  copies = 2;
  toLane.send(command(1));
  await clock.settle();
  toLane.send(command(2));
  await clock.settle();
  expect(lane.items).toEqual([command(1), command(2)]);
  expect(lane.endpoint.counters.oldFrames).toBe(2);
  copies = 1;
  laneBus.publish(topics.inbox(LANE), carried[0] ?? "");
  await clock.settle();
  expect(lane.items.length).toBe(2);
  expect(lane.gaps).toEqual([]);
});

test("while the bus is away, commands and reads are refused at once, and nothing comes late", async () => {
  server.stop();
  toLane.send(command(1));
  toLane.send([READ, 2, "shop", "cart", "C"]);
  toLane.send(message(1));
  expect(gateway.items).toEqual([
    [ANSWER, 1, OVERLOADED],
    [ANSWER, 2, OVERLOADED],
  ]);
  server.start();
  await clock.settle();
  expect(lane.items).toEqual([]);
  expect(gateway.endpoint.counters).toMatchObject({ refusedItems: 2, lostItems: 1 });
});

test("what has queued when the bus breaks is refused, too", async () => {
  toLane.send(command(1));
  server.stop();
  await clock.settle();
  expect(gateway.items).toEqual([[ANSWER, 1, OVERLOADED]]);
});

test("when the bus is back, views are asked for again if something was lost, and only then", async () => {
  serveViews();
  toLane.send(watch);
  await clock.settle();
  server.stop();
  server.start();
  await clock.settle();
  expect(gateway.gaps).toEqual([]);
  server.stop();
  lane.from?.send(view(50));
  server.start();
  await clock.settle();
  expect(gateway.gaps).toEqual([toLane]);
  expect(gateway.items).toEqual([view(1), view(2)]);
});

test("a lane that starts again is asked for all views again", async () => {
  serveViews();
  toLane.send(watch);
  await clock.settle();
  lane.endpoint.close();
  lane = new BusParty(LANE, laneBus, clock, entropy);
  serveViews();
  await clock.advance(1_000);
  expect(gateway.gaps).toEqual([toLane]);
  expect(gateway.items).toEqual([view(1), view(1)]);
});

test("a gateway that starts again gets no answers of its former start", async () => {
  toLane.send(command(1));
  await clock.settle();
  const former = lane.from;
  gateway.endpoint.close();
  gateway = new BusParty(GATEWAY, gatewayBus, clock, entropy);
  former?.send([ANSWER, 1, OVERLOADED]);
  await clock.settle();
  expect(gateway.items).toEqual([]);
  gateway.endpoint.link(LANE).send(command(1, "of another start"));
  await clock.settle();
  expect(lane.gone).toEqual([former as BusLink]);
  former?.send([ANSWER, 1, OVERLOADED]);
  lane.from?.send([ANSWER, 1, { type: "expired" }]);
  await clock.settle();
  expect(gateway.items).toEqual([[ANSWER, 1, { type: "expired" }]]);
});

test("a late frame of a former start is dropped", async () => {
  toLane.send(command(1));
  await clock.settle();
  gateway.endpoint.close();
  gateway = new BusParty(GATEWAY, gatewayBus, clock, entropy);
  gateway.endpoint.link(LANE).send(command(1, "of another start"));
  await clock.settle();
  gatewayBus.publish(topics.inbox(LANE), (carried[0] ?? "").replace(" 1 -\n", " 7 -\n"));
  await clock.settle();
  expect(lane.items).toEqual([command(1), command(1, "of another start")]);
  expect(lane.gone.length).toBe(1);
});

test("a gateway that is silent for five seconds is gone; when it is heard again, it asks again", async () => {
  serveViews();
  toLane.send(watch);
  await clock.advance(20_000);
  expect(lane.gone).toEqual([]);
  const served = lane.from;
  lose = (payload) => payload.includes(` ${GATEWAY} `);
  await clock.advance(4_000);
  expect(lane.gone).toEqual([]);
  await clock.advance(2_000);
  expect(lane.gone).toEqual([served as BusLink]);
  lose = () => false;
  await clock.advance(1_000);
  expect(gateway.gaps).toEqual([toLane]);
  expect(gateway.items).toEqual([view(1), view(2)]);
  expect(lane.from).not.toBe(served);
});

test("a lane that is silent while it is waited for is gone, once", async () => {
  toLane.send(watch);
  await clock.settle();
  lose = (payload) => payload.includes(` ${LANE} `);
  await clock.advance(20_000);
  expect(gateway.gone).toEqual([toLane]);
  lose = () => false;
  await clock.advance(2_000);
  lose = (payload) => payload.includes(` ${LANE} `);
  await clock.advance(20_000);
  expect(gateway.gone).toEqual([toLane, toLane]);
});

test("while the bus is away, nobody is gone", async () => {
  toLane.send(watch);
  await clock.settle();
  server.stop();
  await clock.advance(60_000);
  expect([...lane.gone, ...gateway.gone]).toEqual([]);
});

test("who waits for nothing sends no beats, and is not waited for", async () => {
  toLane.send(watch);
  await clock.settle();
  toLane.send([UNWATCH, "shop", "inventory", "S"]);
  await clock.settle();
  const before = carried.length;
  await clock.advance(30_000);
  expect(carried.length).toBe(before);
  expect(gateway.gone).toEqual([]);
});

test("an answer finds its way for as long as a client may wait for it", async () => {
  toLane.send(command(1));
  await clock.settle();
  await clock.advance(59_000);
  lane.from?.send([ANSWER, 1, OVERLOADED]);
  await clock.settle();
  expect(gateway.items).toEqual([[ANSWER, 1, OVERLOADED]]);
  await clock.advance(10_000);
  const before = carried.length;
  await clock.advance(10_000);
  expect(carried.length).toBe(before);
});

test("two lanes tell each other things without waiting for anything", async () => {
  const other = new BusParty("node-a/lane-0", gatewayBus, clock, entropy);
  other.endpoint.link(LANE).send(message(1));
  lane.endpoint.link("node-a/lane-0").send(message(2));
  await clock.settle();
  expect([lane.items, other.items]).toEqual([[message(1)], [message(2)]]);
  const before = carried.length;
  await clock.advance(3_000);
  expect(carried.length).toBe(before);
  expect([lane.gaps, other.gaps]).toEqual([[], []]);
});

test("what is no frame is dropped, counted and told once", async () => {
  const inbox = topics.inbox(LANE);
  const head = `node-a/gateway-0 0123456789ab 1 -`;
  const broken = [
    "",
    "1",
    "2 items x",
    `2 items ${head}\n[2,[]]`,
    `1 items ${head}\n[1,[]]`,
    `1 items ${head}\nnothing`,
  ];
  for (const payload of broken) gatewayBus.publish(inbox, payload);
  await clock.settle();
  expect(lane.items).toEqual([]);
  expect(lane.endpoint.counters.malformedFrames).toBe(broken.length);
  expect(lane.log.errors).toEqual(["a frame on the bus cannot be read; it is dropped"]);
});

test("a closed endpoint sends what has queued and then neither hears nor sends", async () => {
  toLane.send(command(1));
  gateway.endpoint.close();
  toLane.send(command(2));
  await clock.settle();
  expect(lane.items).toEqual([command(1)]);
  lane.from?.send([ANSWER, 1, OVERLOADED]);
  await clock.advance(10_000);
  expect(gateway.items).toEqual([]);
});
