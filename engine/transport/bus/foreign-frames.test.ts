import { beforeEach, expect, test } from "bun:test";
import { BusRig, GATEWAY, LANE, OTHER_LANE, watch } from "../../testing/bus-rig.ts";
import { allItems, itemSamples } from "../../testing/frame-samples.ts";
import { ANSWER, COMMAND, DELIVERED, MESSAGE, MOVED, READ, UNWATCH, VIEW, WATCH } from "../items.ts";
import { UnknownVersion } from "../unknown-versions.ts";

const NOTE = { type: "Note" } as const;
const CART = ["shop", "cart", "C"] as const;

let rig: BusRig;

beforeEach(() => {
  rig = new BusRig();
});

test("every item is taken in", async () => {
  const toLane = rig.party(OTHER_LANE, rig.gatewayBus).endpoint.link(LANE);
  for (const item of allItems) toLane.send(item);
  await rig.clock.settle();
  expect(rig.lane.items).toEqual(allItems);
  expect(rig.lane.endpoint.counters.malformedFrames).toBe(0);
});

test.each([
  { items: null },
  { items: 7 },
  { items: "items" },
  { items: {} },
  { items: [null] },
  { items: [[]] },
  { items: [["1", 1]] },
  { items: [[99, 1]] },
  { items: [watch, 1] },
  { items: [[COMMAND, 1, ...CART, null, "key", 1, null]] },
  { items: [[COMMAND, 1, ...CART, [], "key", 1, null]] },
  { items: [[COMMAND, 1, ...CART, { type: 1 }, "key", 1, null]] },
  { items: [[COMMAND, 1, ...CART, NOTE, 5, 1, null]] },
  { items: [[COMMAND, 1, ...CART, NOTE, "key", "soon", null]] },
  { items: [[COMMAND, 1, ...CART, NOTE, "key", 1]] },
  { items: [[COMMAND, 1, ...CART, NOTE, "key", 1, null, { code: "turn_passed" }]] },
  { items: [[COMMAND, -1, ...CART, NOTE, "key", 1, null]] },
  { items: [[READ, 1, "shop", "cart"]] },
  { items: [[READ, 1.5, ...CART]] },
  { items: [[WATCH, "Shop", "cart", "C"]] },
  { items: [[WATCH, "shop", 1, "C"]] },
  { items: [[WATCH, "shop", "cart", "C/1"]] },
  { items: [[WATCH, ...CART, 1]] },
  { items: [[UNWATCH]] },
  { items: [[ANSWER, 1, null]] },
  { items: [[ANSWER, 1, NOTE]] },
  { items: [[ANSWER, 1, { type: "refused" }]] },
  { items: [[ANSWER, 1, { type: "refused", refusal: { code: "sold_out" } }]] },
  { items: [[ANSWER, 1, { type: "overloaded" }]] },
  { items: [[ANSWER, 1, { type: "unknown", retryAfterMs: "soon" }]] },
  { items: [[VIEW, 0, ...CART, "one", 1, null]] },
  { items: [[VIEW, 0, ...CART, 1, 1]] },
  { items: [[MESSAGE, 1, 2, 3, ...CART, "Note"]] },
  { items: [[MESSAGE, 1, -2, 3, ...CART, NOTE]] },
  { items: [[DELIVERED, 1, 2, null]] },
  { items: [[MOVED, 1, 1e300]] },
  { items: [[MOVED, 1, 2, false]] },
  { items: [[MOVED, 1, 2, true, true]] },
])("a frame with %j is none, and no thread ends by it", async ({ items }) => {
  rig.post(LANE, frameOf(OTHER_LANE, items), OTHER_LANE);
  await rig.clock.settle();
  expect(rig.lane.items).toEqual([]);
  expect(rig.lane.endpoint.counters.malformedFrames).toBe(1);
});

test.each([ANSWER, VIEW, MESSAGE, DELIVERED, MOVED] as const)(
  "item %d is what an owner says: from a gateway it is none",
  async (tag) => {
    rig.post(LANE, frameOf(GATEWAY, itemSamples[tag]));
    await rig.clock.settle();
    expect(rig.lane.items).toEqual([]);
    expect(rig.lane.endpoint.counters.malformedFrames).toBe(1);
  },
);

test.each([2, 99])(
  "who may publish as a gateway does not pass for a lane (frame version %d)",
  async (version) => {
    const forged = frameOf(OTHER_LANE, [watch]).replace(/^\d+/, String(version));
    rig.post(LANE, forged, GATEWAY);
    rig.post(LANE, frameOf(GATEWAY, [watch]), OTHER_LANE);
    await rig.clock.settle();
    expect(rig.lane.items).toEqual([]);
    expect(rig.lane.endpoint.counters).toMatchObject({ malformedFrames: 2, unknownVersions: 0 });
  },
);

test("a stream with an endless name is not told that it is not read", async () => {
  rig.post(LANE, `99 items ${GATEWAY} ${"s".repeat(1_048_000)} 1 -\n`);
  await rig.clock.settle();
  expect(rig.lane.endpoint.counters.malformedFrames).toBe(1);
});

test("nor is it answered when its version is read", async () => {
  rig.post(LANE, `2 beat ${GATEWAY} ${"s".repeat(1_048_540)} 0 -\n`);
  await rig.clock.settle();
  expect(rig.lane.endpoint.counters.malformedFrames).toBe(1);
});

test("of a version without end only the beginning is remembered", () => {
  expect(new UnknownVersion("frame", "9".repeat(1_048_000), 3).version).toBe(`frame "${"9".repeat(39)}`);
});

function frameOf(sender: string, items: unknown): string {
  return `2 items ${sender} 0123456789ab 1 -\n[3,${JSON.stringify(items)}]`;
}
