import { expect, test } from "bun:test";
import type { OrderStatus } from "../../../actors/order/messages.ts";
import type { SegmentBody } from "../../../engine/contract/segment.ts";
import { entry, examine, segment, violationsOf, type PlantedEvent } from "../testing/planted.ts";
import { sales } from "./sales.ts";

const SHELF_SHARD = 0;
const ORDER_SHARD = 1;
const sold = { type: "HoldSold", holdId: "CART#1", orderId: "CART~1", quantity: 2 };
const returned = { type: "StockReturned", orderId: "CART~1", customer: "c", quantity: 2 };
const orderLine = { line: 1, sku: "LAMP", quantity: 2, returnedQuantity: 0 };

const shelf = (...events: readonly PlantedEvent[]) =>
  segment(SHELF_SHARD, 1, { actors: [entry("main/inventory/LAMP", events)] });

function order(status: OrderStatus, more: Partial<SegmentBody> = {}, address = "main/order/CART~1") {
  const shown = { type: "Shown", view: { status, lines: [orderLine] } };
  return segment(ORDER_SHARD, 1, { actors: [entry(address, [shown])], ...more });
}

test("a confirmed order whose line is sold passes", async () => {
  const report = await examine(sales, [shelf(sold), order("confirmed")]);
  expect(report.examples).toEqual([]);
  expect([report.checked, report.open]).toEqual([2, 0]);
});

test("a sale of an order that is not decided yet counts as open", async () => {
  const report = await examine(sales, [shelf(sold), order("selling")]);
  expect([report.violations, report.open]).toEqual([0, 1]);
});

test("a confirmed order whose line was not sold is found", async () => {
  expect(await violationsOf(sales, [shelf(), order("captured")])).toEqual([
    "line 1 (2 × LAMP) is captured, but not sold",
  ]);
});

test("a line that is sold twice is found", async () => {
  expect(await violationsOf(sales, [shelf(sold, sold), order("confirmed")])).toEqual([
    "line 1 is sold 2 times",
  ]);
});

test("a sale without an order, or to an order of another tenant, is found", async () => {
  const nobody = "hold CART#1 is sold to main/order/CART~1, which does not exist";
  expect(await violationsOf(sales, [shelf(sold)])).toEqual([nobody]);
  const foreign = order("confirmed", {}, "other/order/CART~1");
  expect(await violationsOf(sales, [shelf(sold), foreign])).toContain(nobody);
});

test("a sale to an order of another cart is found", async () => {
  const found = await violationsOf(sales, [shelf({ ...sold, holdId: "THIEF#1" }), order("selling")]);
  expect(found).toEqual(["hold THIEF#1 is sold to main/order/CART~1, the order of another cart"]);
});

test("a sale that is no line of its order is found", async () => {
  const found = await violationsOf(sales, [shelf({ ...sold, quantity: 3 }), order("selling")]);
  expect(found).toEqual(["hold CART#1 of 3 units is no line of main/order/CART~1"]);
});

test("units that stay sold although their order was refused are found, unless word is on its way", async () => {
  expect(await violationsOf(sales, [shelf(sold), order("refused")])).toEqual([
    "hold CART#1 stays sold, but main/order/CART~1 was refused",
  ]);
  expect(await violationsOf(sales, [shelf(sold, returned), order("refused")])).toEqual([]);
  const command = { type: "ReturnStock" };
  const sent = [
    { toShard: SHELF_SHARD, number: 1, tenant: "main", kind: "inventory", id: "LAMP", version: 1, command },
  ];
  expect(await violationsOf(sales, [shelf(sold), order("refused", { sent })])).toEqual([]);
});

test("more units that came back than were sold are found", async () => {
  const found = await violationsOf(sales, [shelf(sold, returned, returned), order("confirmed")]);
  expect(new Set(found)).toEqual(new Set(["4 units came back from main/order/CART~1, 2 were sold to it"]));
});

test("a refused order that brought only some of its units back is found", async () => {
  const some = { ...returned, quantity: 1 };
  expect(await violationsOf(sales, [shelf(sold, some), order("refused")])).toEqual([
    "hold CART#1 stays sold, but main/order/CART~1 was refused",
  ]);
});
