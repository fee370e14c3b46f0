import { expect, test } from "bun:test";
import { entry, examine, segment, violationsOf, type PlantedEvent } from "../testing/planted.ts";
import { holds } from "./holds.ts";

const holdId = "CART#1";
const held = { type: "HoldPlaced", holdId, quantity: 2 };
const sold = { type: "HoldSold", holdId, orderId: "CART~1", quantity: 2 };
const released = { type: "HoldReleased", holdId, quantity: 2 };
const expired = { type: "HoldExpired", holdId, quantity: 2 };
const plant = (...events: readonly PlantedEvent[]) => [
  segment(0, 1, { actors: [entry("main/inventory/LAMP", events)] }),
];
const after = (...events: readonly PlantedEvent[]) => violationsOf(holds, plant(...events));

test("holds that are placed, kept, resized and ended pass; those without an end count as open", async () => {
  const events = [
    held,
    { type: "HoldExtended", holdId, expiresAtMs: 20 },
    { type: "HoldSecured", holdId, expiresAtMs: 25, ownExpiresAtMs: 20 },
    { type: "HoldSecured", holdId, expiresAtMs: 25, ownExpiresAtMs: 20 },
    { type: "HoldResized", holdId, previousQuantity: 2, quantity: 3 },
    { ...sold, quantity: 3 },
    { ...held, holdId: "CART#2" },
  ];
  const report = await examine(holds, plant(...events));
  expect(report.examples).toEqual([]);
  expect([report.checked, report.open]).toEqual([2, 1]);
});

test("a hold may be placed again after it expired, or after its order brought the units back", async () => {
  const returned = { type: "StockReturned", orderId: "CART~1", quantity: 2 };
  expect(await after(held, expired, held, sold, returned, held)).toEqual([]);
});

test("a hold that is both sold and released is found", async () => {
  expect(await after(held, sold, released)).toEqual(["hold CART#1 is released after it was sold"]);
});

test("a hold that is sold after it expired is found", async () => {
  expect(await after(held, expired, sold)).toEqual(["hold CART#1 is sold after it was expired"]);
});

test("a hold that is sold twice is found", async () => {
  expect(await after(held, sold, sold)).toEqual(["hold CART#1 is sold after it was sold"]);
});

test("a hold that was never placed is found", async () => {
  expect(await after(sold)).toEqual(["hold CART#1 is sold, but was never placed"]);
});

test("a hold that is placed twice, or again after it was sold, is found", async () => {
  expect(await after(held, held)).toEqual(["hold CART#1 is placed again while it is open"]);
  expect(await after(held, sold, held)).toEqual(["hold CART#1 is placed again while it is sold"]);
});

test.each([
  [
    "extended a second time",
    { type: "HoldExtended", holdId, expiresAtMs: 20 },
    { type: "HoldExtended", holdId, expiresAtMs: 30 },
  ],
  [
    "prolonged by orders a second time",
    { type: "HoldSecured", holdId, expiresAtMs: 15, ownExpiresAtMs: 10 },
    { type: "HoldSecured", holdId, expiresAtMs: 19, ownExpiresAtMs: 10 },
  ],
  [
    "prolonged by orders a second time",
    { type: "HoldSecured", holdId, expiresAtMs: 15, ownExpiresAtMs: 10 },
    { type: "HoldSecured", holdId, expiresAtMs: 20, ownExpiresAtMs: 15 },
  ],
])("a hold that is %s is found", async (what, first, second) => {
  expect(await after(held, first, second)).toEqual([`hold CART#1 is ${what}`]);
  // A hold that is placed again begins anew.
  expect(await after(held, first, expired, held, second)).toEqual([]);
});

test("a hold that orders of version 1 have secured again and again passes, and may be secured once more", async () => {
  const secured = (expiresAtMs: number, ownExpiresAtMs: number): PlantedEvent => ({
    type: "HoldSecured",
    holdId,
    expiresAtMs,
    ownExpiresAtMs,
  });
  expect(await after(held, secured(25, 25), secured(40, 40), secured(45, 40))).toEqual([]);
});

test("a hold that ends with another quantity is found", async () => {
  expect(await after(held, { ...sold, quantity: 1 })).toEqual(["hold CART#1 of 2 units is sold with 1"]);
});
