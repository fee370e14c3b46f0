import { beforeEach, expect, test } from "bun:test";
import { BusRig, GATEWAY, LANE, command, view, watch } from "../../testing/bus-rig.ts";
import { ANSWER, UNWATCH } from "../items.ts";
import type { BusLink } from "./bus-link.ts";

const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;

let rig: BusRig;

beforeEach(() => {
  rig = new BusRig();
});

test("a frame that is lost is noticed with the next one, at both ends", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.lose = (payload) => payload.includes("inventory");
  rig.lane.from?.send(view(50));
  await rig.clock.settle();
  rig.lose = () => false;
  rig.lane.from?.send(view(51));
  await rig.clock.settle();
  expect(rig.gateway.gaps).toEqual([rig.toLane]);
  // The gateway has asked again, and got the view.
  expect(rig.gateway.items).toEqual([view(1), view(51), view(2)]);
  expect(rig.lane.gaps).toEqual([]);
});

test("the loss of the last frame is noticed within a second", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.lose = (payload) => payload.includes("inventory");
  rig.lane.from?.send(view(50));
  await rig.clock.settle();
  rig.lose = () => false;
  await rig.clock.advance(1_000);
  expect(rig.gateway.gaps).toEqual([rig.toLane]);
  expect(rig.gateway.items).toEqual([view(1), view(2)]);
});

test("a question that is lost is asked again within a second, also the first one", async () => {
  rig.serveViews();
  rig.lose = (payload) => payload.includes("inventory");
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.lose = () => false;
  await rig.clock.advance(1_000);
  expect(rig.gateway.gaps).toEqual([rig.toLane]);
  expect(rig.gateway.items).toEqual([view(1)]);
  rig.lose = (payload) => payload.includes("inventory");
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.lose = () => false;
  await rig.clock.advance(1_000);
  expect(rig.lane.gaps.length).toBe(2);
  expect(rig.gateway.items).toEqual([view(1), view(2)]);
});

test("even when beats and echoes are lost, too", async () => {
  rig.serveViews();
  let lost = 0;
  rig.lose = () => (lost += 1) <= 4;
  rig.toLane.send(watch);
  await rig.clock.advance(4_000);
  expect(lost).toBeGreaterThan(4);
  expect(rig.gateway.items).toEqual([view(1)]);
});

test("frames that come twice or late are dropped", async () => {
  rig.copies = 2;
  rig.toLane.send(command(1));
  await rig.clock.settle();
  rig.toLane.send(command(2));
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([command(1), command(2)]);
  expect(rig.lane.endpoint.counters.oldFrames).toBe(2);
  rig.copies = 1;
  rig.post(LANE, rig.carried[0] ?? "");
  await rig.clock.settle();
  expect(rig.lane.items.length).toBe(2);
  expect(rig.lane.gaps).toEqual([]);
});

test("when the bus is back, views are asked for again if something was lost, and only then", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.server.stop();
  rig.server.start();
  await rig.clock.settle();
  expect(rig.gateway.gaps).toEqual([]);
  rig.server.stop();
  rig.lane.from?.send(view(50));
  rig.server.start();
  await rig.clock.settle();
  expect(rig.gateway.gaps).toEqual([rig.toLane]);
  expect(rig.gateway.items).toEqual([view(1), view(2)]);
});

test("a lane that starts again is asked for all views again", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.restartLane();
  rig.serveViews();
  await rig.clock.advance(1_000);
  expect(rig.gateway.gaps).toEqual([rig.toLane]);
  expect(rig.gateway.items).toEqual([view(1), view(1)]);
});

test("a gateway that starts again gets no answers of its former start", async () => {
  rig.toLane.send(command(1));
  await rig.clock.settle();
  const former = rig.lane.from;
  rig.restartGateway();
  const again = rig.gateway.endpoint.link(LANE);
  former?.send([ANSWER, 1, OVERLOADED]);
  await rig.clock.settle();
  expect(rig.gateway.items).toEqual([]);
  again.send(command(1, "of another start"));
  await rig.clock.settle();
  expect(rig.lane.gone).toEqual([former as BusLink]);
  former?.send([ANSWER, 1, OVERLOADED]);
  rig.lane.from?.send([ANSWER, 1, { type: "expired" }]);
  await rig.clock.settle();
  expect(rig.gateway.items).toEqual([[ANSWER, 1, { type: "expired" }]]);
});

test("a gateway that starts again is heard, also when its first question is lost", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.restartGateway();
  rig.serveViews();
  rig.lose = (payload) => payload.includes("inventory");
  rig.gateway.endpoint.link(LANE).send(watch);
  await rig.clock.settle();
  rig.lose = () => false;
  await rig.clock.advance(1_000);
  expect(rig.gateway.items).toEqual([view(1)]);
  expect(rig.lane.gone.length).toBe(1);
});

test("a late frame of a former start is dropped", async () => {
  rig.toLane.send(command(1));
  await rig.clock.settle();
  rig.restartGateway();
  rig.gateway.endpoint.link(LANE).send(command(1, "of another start"));
  await rig.clock.settle();
  rig.post(LANE, (rig.carried[0] ?? "").replace(" 1 -\n", " 7 -\n"));
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([command(1), command(1, "of another start")]);
  expect(rig.lane.gone.length).toBe(1);
});

test("a gateway that is silent for five seconds is gone; when it is heard again, it asks again", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.advance(20_000);
  expect(rig.lane.gone).toEqual([]);
  const served = rig.lane.from;
  rig.lose = (payload) => payload.includes(` ${GATEWAY} `);
  await rig.clock.advance(4_000);
  expect(rig.lane.gone).toEqual([]);
  await rig.clock.advance(2_000);
  expect(rig.lane.gone).toEqual([served as BusLink]);
  rig.lose = () => false;
  await rig.clock.advance(1_000);
  expect(rig.gateway.gaps).toEqual([rig.toLane]);
  expect(rig.gateway.items).toEqual([view(1), view(2)]);
  expect(rig.lane.from).not.toBe(served);
});

test("a lane that is silent while it is waited for is gone, once", async () => {
  rig.gateway.onGone = (link) => link.send(watch);
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.lose = (payload) => payload.includes(` ${LANE} `);
  await rig.clock.advance(20_000);
  expect(rig.gateway.gone).toEqual([rig.toLane]);
  rig.lose = () => false;
  await rig.clock.advance(2_000);
  rig.lose = (payload) => payload.includes(` ${LANE} `);
  await rig.clock.advance(20_000);
  expect(rig.gateway.gone).toEqual([rig.toLane, rig.toLane]);
});

test("a lane that is gone, and of which nothing is wanted any more, is sent no beats for ever", async () => {
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.lane.endpoint.close();
  await rig.clock.advance(10_000);
  expect(rig.gateway.gone).toEqual([rig.toLane]);
  const before = rig.carried.length;
  await rig.clock.advance(60_000);
  expect(rig.carried.length).toBe(before);
});

test("while the bus is away, nobody is gone", async () => {
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.server.stop();
  await rig.clock.advance(60_000);
  expect([...rig.lane.gone, ...rig.gateway.gone]).toEqual([]);
});

test("who waits for nothing sends no beats, and is not waited for", async () => {
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.toLane.send([UNWATCH, "shop", "inventory", "S"]);
  await rig.clock.settle();
  const before = rig.carried.length;
  await rig.clock.advance(30_000);
  expect(rig.carried.length).toBe(before);
  expect(rig.gateway.gone).toEqual([]);
});

test("watches that were asked for again count once", async () => {
  rig.serveViews();
  rig.toLane.send(watch);
  await rig.clock.settle();
  rig.restartLane();
  rig.serveViews();
  await rig.clock.advance(1_000);
  expect(rig.gateway.gaps.length).toBe(1);
  rig.toLane.send([UNWATCH, "shop", "inventory", "S"]);
  await rig.clock.settle();
  expect(rig.toLane.isExpecting).toBe(false);
});

test("an answer finds its way for as long as a client may wait for it", async () => {
  rig.toLane.send(command(1));
  await rig.clock.settle();
  await rig.clock.advance(59_000);
  rig.lane.from?.send([ANSWER, 1, OVERLOADED]);
  await rig.clock.settle();
  expect(rig.gateway.items).toEqual([[ANSWER, 1, OVERLOADED]]);
  await rig.clock.advance(10_000);
  const before = rig.carried.length;
  await rig.clock.advance(10_000);
  expect(rig.carried.length).toBe(before);
});

test("what is no frame is dropped, counted and told once", async () => {
  const head = `node-a/gateway-0 0123456789ab 1 -`;
  const broken = [
    "",
    "2",
    "3 items x",
    `2 other ${head}\n[3,[]]`,
    `2 items ${head}\n`,
    `2 items ${head}\nnothing`,
  ];
  for (const payload of broken) rig.post(LANE, payload);
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([]);
  expect(rig.lane.endpoint.counters.malformedFrames).toBe(broken.length);
  expect(rig.lane.log.errors).toEqual(["a frame on the bus cannot be read; it is dropped"]);
});
