import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { BusParty } from "../../testing/bus-party.ts";
import { GATEWAY, LANE, command, view, watch } from "../../testing/bus-rig.ts";
import { CollectingLog } from "../../testing/collecting-log.ts";
import { eventLoopClock } from "../../testing/event-loop-clock.ts";
import { eventually } from "../../testing/eventually.ts";
import { NetworkProxy } from "../../testing/network-proxy.ts";
import type { BusLink } from "../bus/bus-link.ts";
import { ANSWER, COMMAND, WATCH, type Item } from "../items.ts";
import { NatsBus } from "./nats-bus.ts";
import { parseNatsUrl } from "./nats-options.ts";
import { NatsServer } from "./nats-server.ts";

const DONE = { type: "done", reply: null } as const;
const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;
// Small, so that a test can exceed it in a moment.
const CONFIGURATION = `max_pending: 2MB\nwrite_deadline: "200ms"\n`;

const entropy = { uuid: () => crypto.randomUUID() };
let server: NatsServer;
/** Between the gateway and the server. */
let proxy: NetworkProxy;
let gatewayBus: NatsBus;
let laneBus: NatsBus;
let gateway: BusParty;
let lane: BusParty;
let toLane: BusLink;
let offset: number;

beforeAll(async () => {
  server = await NatsServer.start({ configuration: CONFIGURATION });
});
beforeEach(async () => {
  proxy = new NetworkProxy(server.port);
  gatewayBus = bus(proxy.port);
  laneBus = bus(server.port);
  gateway = new BusParty(GATEWAY, gatewayBus, eventLoopClock, entropy);
  lane = new BusParty(LANE, laneBus, eventLoopClock, entropy);
  toLane = gateway.endpoint.link(LANE);
  offset = 0;
  lane.onItems = (link, items) => {
    for (const item of items) {
      if (item[0] === WATCH) link.send(view((offset += 1)));
      if (item[0] === COMMAND) link.send([ANSWER, item[1], DONE]);
    }
  };
  gateway.onGap = (link) => link.send(watch);
  await eventually("both are connected", () => gatewayBus.hasRoom && laneBus.hasRoom);
});
afterEach(async () => {
  for (const { endpoint } of [gateway, lane]) endpoint.close();
  await Promise.all([gatewayBus.close(), laneBus.close()]);
  proxy.close();
});
afterAll(() => server.stop());

function bus(port: number): NatsBus {
  const options = parseNatsUrl(`nats://127.0.0.1:${port}`);
  const replyTopic = "stampede.test.reply";
  return new NatsBus({ options, name: "test", replyTopic, clock: eventLoopClock, log: new CollectingLog() });
}

function answers(): readonly (readonly [number, string])[] {
  return gateway.items.flatMap((item) => (item[0] === ANSWER ? [[item[1], item[2].type] as const] : []));
}

/** Sends a watch and waits for its view. */
async function beginWatching(): Promise<void> {
  toLane.send(watch);
  await eventually("the view has come", () => gateway.items.length === 1);
}

function hasView(number: number): boolean {
  return gateway.items.some((item: Item) => JSON.stringify(item) === JSON.stringify(view(number)));
}

test("two thousand commands arrive in their order, in few frames, and are answered", async () => {
  const sent = Array.from({ length: 2_000 }, (_, number) => command(number, "größer als 😀".repeat(100)));
  for (const item of sent) toLane.send(item);
  await eventually("all are answered", () => gateway.items.length === sent.length);
  expect(lane.items).toEqual(sent);
  expect(answers()).toEqual(sent.map((_, number) => [number, "done"]));
  expect(lane.endpoint.counters.framesReceived).toBeLessThan(10);
  expect([lane.gaps, gateway.gaps]).toEqual([[], []]);
});

test("a server that is killed refuses at once, comes back, and nothing is carried out twice", async () => {
  await beginWatching();
  toLane.send(command(1));
  await eventually("it is answered", () => answers().length === 1);
  await server.kill();
  await eventually("both know", () => !gatewayBus.hasRoom && !laneBus.hasRoom);
  toLane.send(command(2));
  expect(answers()[1]).toEqual([2, OVERLOADED.type]);
  lane.from?.send(view(50));
  await server.start();
  await eventually("both are back", () => gatewayBus.hasRoom && laneBus.hasRoom);
  toLane.send(command(3));
  await eventually("it is answered", () => answers().length === 3);
  await eventually("the view was asked for again", () => hasView(2));
  const carriedOut = lane.items.flatMap((item) => (item[0] === COMMAND ? [item[1]] : []));
  expect(carriedOut).toEqual([1, 3]);
  expect(gateway.gaps).toEqual([toLane]);
});

test("a gateway that is cut off asks for its views again, and the lane lives on", async () => {
  await beginWatching();
  proxy.cut();
  await eventually("the gateway knows", () => gatewayBus.state === "away");
  lane.from?.send(view(50));
  proxy.mend();
  await eventually("the view was asked for again", () => hasView(2));
  expect(laneBus.state).toBe("connected");
  expect(hasView(50)).toBe(false);
});

test("a network that only stands still is taken for broken, and commands are refused", async () => {
  await beginWatching();
  proxy.stall(true);
  toLane.send(command(1));
  await eventually("the gateway knows", () => gatewayBus.state === "away");
  toLane.send(command(2));
  expect(answers()).toEqual([[2, OVERLOADED.type]]);
  proxy.stall(false);
  await eventually("it is back", () => gatewayBus.hasRoom);
  toLane.send(command(3));
  await eventually("it is answered", () => answers().some(([correlation]) => correlation === 3));
  const carriedOut = lane.items.flatMap((item) => (item[0] === COMMAND ? [item[1]] : []));
  // The first one was on its way: it may have been carried out, and never twice.
  expect(carriedOut.filter((correlation) => correlation !== 1)).toEqual([3]);
  expect(carriedOut.length).toBeLessThanOrEqual(2);
});

test("what the bus has not taken is bounded: more is refused", async () => {
  proxy.stall(true);
  const note = "x".repeat(500_000);
  let sent = 0;
  while (gatewayBus.hasRoom && sent < 1_000) {
    toLane.send(command((sent += 1), note));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(gatewayBus.state).toBe("connected");
  expect(sent).toBeLessThan(20);
  toLane.send(command(5_000));
  expect(answers().at(-1)).toEqual([5_000, OVERLOADED.type]);
  proxy.stall(false);
  await eventually("there is room again", () => gatewayBus.hasRoom);
});

test("a gateway that does not read is cut off by the server, and nobody else waits for it", async () => {
  await beginWatching();
  proxy.stall(true);
  const note = "x".repeat(500_000);
  const other = new BusParty("node-c/gateway-0", laneBus, eventLoopClock, entropy);
  for (let number = 0; number < 60; number += 1) {
    lane.from?.send([ANSWER, 10_000 + number, { type: "done", reply: note }]);
    await eventually("the lane has room", () => laneBus.hasRoom);
  }
  other.endpoint.link(LANE).send(command(1));
  await eventually("the other one is answered", () => other.items.length === 1);
  await eventually("the server has had enough", () => server.said().includes("Slow Consumer"));
  proxy.stall(false);
  await eventually("the view was asked for again", () => hasView(2));
  expect(laneBus.state).toBe("connected");
  other.endpoint.close();
});
