import { expect, test } from "bun:test";
import { entry, examine, segment, type PlantedEvent } from "../testing/planted.ts";
import { pauses } from "./pauses.ts";

const paused = { type: "SellingPaused", reason: "wrong price" };
const resumed = { type: "SellingResumed" };
const held = { type: "HoldPlaced", holdId: "CART#1", quantity: 2 };
const resized = (previousQuantity: number, quantity: number): PlantedEvent => ({
  type: "HoldResized",
  holdId: "CART#1",
  previousQuantity,
  quantity,
});

async function after(...events: readonly PlantedEvent[]) {
  const report = await examine(pauses, [
    segment(0, 1, { actors: [entry("main/inventory/LAMP", events), entry("main/inventory/MUG", [held])] }),
  ]);
  return [report.checked, report.examples.map(({ detail }) => detail)] as const;
}

test("what was held before a pause may shrink, be prolonged, sold and given back in it", async () => {
  const events = [
    held,
    paused,
    resized(2, 1),
    { type: "HoldExtended", holdId: "CART#1", expiresAtMs: 20 },
    { type: "HoldSecured", holdId: "CART#1", expiresAtMs: 25, ownExpiresAtMs: 20 },
    { type: "HoldSold", holdId: "CART#1", orderId: "CART~1", quantity: 1 },
    { type: "StockReturned", orderId: "CART~1", quantity: 1 },
    resumed,
    held,
    resized(2, 3),
    paused,
  ];
  expect(await after(...events)).toEqual([2, []]);
});

test("a hold that is placed in a pause is found, and so is one that grows", async () => {
  expect(await after(paused, held)).toEqual([
    1,
    ["hold CART#1 of 2 units is placed while selling is paused"],
  ]);
  expect(await after(held, paused, resized(2, 3))).toEqual([
    1,
    ["hold CART#1 grows from 2 to 3 units while selling is paused"],
  ]);
});
