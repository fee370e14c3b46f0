import { expect, test } from "bun:test";
import { entry, segment, violationsOf, type PlantedEvent } from "../testing/planted.ts";
import { stock } from "./stock.ts";

const received = { type: "StockReceived", quantity: 5 };
const held = { type: "HoldPlaced", holdId: "CART#1", quantity: 2 };
const sold = { type: "HoldSold", holdId: "CART#1", orderId: "CART~1", quantity: 2 };
const shown = (available: number) => ({ type: "Shown", view: { available } });
const after = (...events: readonly PlantedEvent[]) =>
  violationsOf(stock, [segment(0, 1, { actors: [entry("main/inventory/LAMP", events)] })]);

test("stock that is received, adjusted, held, resized, released, sold and returned adds up", async () => {
  const events = [
    received,
    { type: "StockAdjusted", quantity: -1, reason: "broken" },
    held,
    { type: "HoldResized", holdId: "CART#1", previousQuantity: 2, quantity: 3 },
    { type: "HoldReleased", holdId: "CART#1", quantity: 3 },
    held,
    { type: "HoldExpired", holdId: "CART#1", quantity: 2 },
    held,
    sold,
    { type: "StockReturned", orderId: "CART~1", quantity: 1 },
    shown(3),
  ];
  expect(await after(...events)).toEqual([]);
});

test("more held than is there is found, once", async () => {
  const found = await after(received, { ...held, quantity: 6 }, { ...held, holdId: "CART#2", quantity: 1 });
  expect(found).toEqual([
    "after HoldPlaced: received 5 + adjusted 0 − sold 0 + returned 0 = 5 on hand, − held 6 = -1 available",
  ]);
});

test("more sold than was received is found", async () => {
  const found = await after({ ...received, quantity: 1 }, { ...sold, quantity: 2 });
  expect(found).toHaveLength(1);
});

test("a shop that shows another number than its events give is found", async () => {
  const found = await after(received, held, shown(4));
  expect(found[0]).toStartWith("the shop shows 4 available: received 5");
});
