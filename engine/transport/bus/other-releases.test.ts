import { beforeEach, expect, test } from "bun:test";
import { BusRig, GATEWAY, LANE, command, message, view, watch } from "../../testing/bus-rig.ts";
import { ANSWER } from "../items.ts";

const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;

let rig: BusRig;

beforeEach(() => {
  rig = new BusRig();
});

/** What one end sends is from now on of a release to come. */
function speaksNewer(from: string, inHead: boolean): (payload: string) => string {
  return (payload) => {
    if (!payload.includes(` ${from} `) || payload.includes(" unread ")) return payload;
    return inHead ? payload.replace(/^\d+ /, "99 ") : payload.replace("\n[3,", "\n[99,");
  };
}

test.each([true, false])(
  "a lane that cannot read a gateway's frames says so: questions are refused, none is taken up (head: %p)",
  async (inHead) => {
    rig.rewrite = speaksNewer(GATEWAY, inHead);
    rig.toLane.send(command(1));
    await rig.clock.settle();
    expect(rig.lane.items).toEqual([]);
    // Whoever waits for the first one asks again.
    expect(rig.gateway.gaps).toEqual([rig.toLane]);
    rig.toLane.send(command(2));
    rig.toLane.send(message(1));
    await rig.clock.settle();
    expect(rig.gateway.items).toEqual([[ANSWER, 2, OVERLOADED]]);
    expect(rig.lane.endpoint.counters).toMatchObject({ unknownVersions: 1, malformedFrames: 0 });
    expect(rig.gateway.endpoint.counters).toMatchObject({ refusedItems: 1, lostItems: 1 });
  },
);

test("an answer that cannot be read is nobody's: who waits asks again, and is refused until the ends agree", async () => {
  rig.gateway.onGap = (link) => link.send(command(2));
  rig.lane.onItems = (link) => link.send([ANSWER, 1, { type: "unknown", retryAfterMs: 0 }]);
  rig.rewrite = speaksNewer(LANE, false);
  rig.toLane.send(command(1));
  await rig.clock.settle();
  expect(rig.gateway.items).toEqual([[ANSWER, 2, OVERLOADED]]);
  expect(rig.lane.items).toEqual([command(1)]);
});

test("what is of another release is told once, however much of it comes", async () => {
  rig.rewrite = speaksNewer(GATEWAY, false);
  for (let turn = 1; turn <= 20; turn += 1) {
    rig.toLane.send(command(turn));
    await rig.clock.advance(1_000);
  }
  expect(rig.lane.log.errors).toHaveLength(1);
  expect(rig.lane.endpoint.counters.unknownVersions).toBeGreaterThan(1);
  expect(rig.lane.endpoint.counters.unknownVersions).toBeLessThan(6);
});

test("ends that understand each other again go on by themselves, and views come anew", async () => {
  rig.serveViews();
  rig.rewrite = speaksNewer(GATEWAY, false);
  rig.toLane.send(watch);
  await rig.clock.settle();
  expect(rig.gateway.items).toEqual([]);
  rig.rewrite = (payload) => payload;
  await rig.clock.advance(8_000);
  expect(rig.gateway.items).toEqual([view(1)]);
  rig.toLane.send(command(1));
  await rig.clock.settle();
  expect(rig.lane.items).toContainEqual(command(1));
});

test("two ends of which neither reads the other do not talk without end", async () => {
  const [newerGateway, newerLane] = [speaksNewer(GATEWAY, true), speaksNewer(LANE, true)];
  rig.rewrite = (payload) => newerGateway(newerLane(payload)).replace(/^\d+ unread /, "99 unread ");
  rig.toLane.send(command(1));
  await rig.clock.advance(10_000);
  expect(rig.carried.length).toBeLessThan(60);
});
