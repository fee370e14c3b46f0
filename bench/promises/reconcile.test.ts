import { expect, test } from "bun:test";
import type { OrderStatus } from "../../actors/order/messages.ts";
import { affinityKey } from "../../engine/contract/address.ts";
import { done } from "../../engine/contract/outcome.ts";
import type { DataRecord } from "../../engine/contract/data.ts";
import type { ActorEntry } from "../../engine/contract/segment.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import {
  entry,
  recorded,
  segment,
  shownDecider,
  type PlantedEvent,
  type Shown,
} from "../verify/testing/planted.ts";
import { markJournal, reconcile } from "./reconcile.ts";
import { told } from "../flash-sale/testing/told.ts";

const deciders = ["inventory", "cart", "order"].map(shownDecider);
const SKU = "bench-run-1";

const shelf = (seq: number, ...events: readonly PlantedEvent[]) =>
  segment(0, seq, { actors: [entry(`shop/inventory/${SKU}`, events)] });

function sale(orderId: string, line = 1): PlantedEvent {
  return { type: "HoldSold", holdId: `${orderId.slice(0, -2)}#${line}`, orderId, quantity: 1 };
}

/** An order with one unit in each of its lines. */
function order(seq: number, orderId: string, status: OrderStatus, lineCount = 1) {
  const { key, reply } = told(orderId);
  const { totalMinor, taxMinor, currency } = reply;
  const lines = Array.from({ length: lineCount }, (_, at) => ({ line: at + 1, sku: SKU, quantity: 1 }));
  const shown = { type: "Shown", view: { status, lines, totalMinor, taxMinor, currency } };
  const answered = { ticket: seq, key, content: "c", outcome: done(reply) };
  const cart = entry(`shop/cart/${affinityKey(orderId)}`, [], [answered]);
  return segment(1, seq, { actors: [cart, entry(`shop/order/${orderId}`, [shown])] });
}

function after(orderIds: readonly string[], segments: readonly Segment[], mark = new Map<number, number>()) {
  const acknowledged = orderIds.map(told);
  return reconcile(recorded(segments), mark, { tenant: "shop", skus: [SKU], acknowledged, deciders });
}

test("acknowledged orders that are confirmed are not lost", async () => {
  const segments = [
    shelf(1, { type: "StockReceived", quantity: 2 }, sale("A~1"), sale("B~1")),
    order(1, "A~1", "confirmed"),
    order(2, "B~1", "captured"),
  ];
  expect(await after(["A~1", "B~1"], segments)).toEqual({
    confirmedInJournal: 2,
    lost: 0,
    lostOrders: [],
    oversold: 0,
    soldUnits: 2,
    receivedUnits: 2,
    contradicted: 0,
    contradictions: [],
  });
});

test("an order that costs more in the journal than its shopper was told contradicts the answer", async () => {
  const [cart, { events }] = order(1, "A~1", "confirmed").body.actors as [ActorEntry, ActorEntry];
  const dearer = events.map((event) => ({
    ...event,
    view: { ...((event as Shown).view as DataRecord), totalMinor: 200 },
  }));
  const actors = [cart, entry("shop/order/A~1", dearer)];
  const found = await after(["A~1"], [shelf(1, sale("A~1")), segment(1, 1, { actors })]);
  expect([found.lost, found.contradicted]).toEqual([0, 1]);
  expect(found.contradictions[0]).toContain("was told to cost 100 EUR, tax 19, it costs 200 EUR, tax 19");
});

test("acknowledged orders that are missing, refused or acknowledged twice are lost", async () => {
  const segments = [
    shelf(1, { type: "StockReceived", quantity: 9 }, sale("A~1"), sale("B~1")),
    order(1, "A~1", "confirmed"),
    order(2, "B~1", "refused"),
  ];
  const found = await after(["A~1", "A~1", "B~1", "C~1"], segments);
  expect([found.lost, found.lostOrders]).toEqual([3, ["B~1", "C~1"]]);
});

test("an acknowledged order is lost unless all that it holds was sold to it", async () => {
  const [stocked, first, second] = [{ type: "StockReceived", quantity: 9 }, sale("A~1"), sale("A~1", 2)];
  const placed = order(1, "A~1", "confirmed", 2);
  expect((await after(["A~1"], [shelf(1, stocked, first, second), placed])).lost).toBe(0);
  const found = await after(["A~1"], [shelf(1, stocked, first), placed]);
  expect([found.confirmedInJournal, found.lost, found.lostOrders]).toEqual([0, 1, ["A~1"]]);
  const short = await after(["A~1"], [shelf(1, stocked, first, { ...second, quantity: 0 }), placed]);
  expect(short.lost).toBe(1);
});

test("an acknowledged order is lost when one of its lines was sold twice", async () => {
  const stocked = { type: "StockReceived", quantity: 9 };
  const placed = order(1, "A~1", "confirmed");
  expect((await after(["A~1"], [shelf(1, stocked, sale("A~1"), sale("A~1")), placed])).lost).toBe(1);
});

test("a sale without a hold of a line contradicts its order", async () => {
  const placed = order(1, "A~1", "confirmed");
  const nameless = { ...sale("A~1"), holdId: "7" };
  const found = await after(["A~1"], [shelf(1, sale("A~1"), nameless), placed]);
  expect(found.contradicted).toBe(1);
  expect(found.contradictions[0]).toBe(`shop/inventory/${SKU}: hold "7" that is sold to A~1 is of no line`);
});

test("an order that cannot be folded to its end contradicts whatever was told of it", async () => {
  const [cart, placed] = order(1, "A~1", "confirmed").body.actors as [ActorEntry, ActorEntry];
  const actors = [cart, { ...placed, events: [...placed.events, { type: "Broken" }] }];
  const found = await after(["A~1"], [shelf(1, sale("A~1")), segment(1, 1, { actors })]);
  expect(found.contradicted).toBe(1);
  expect(found.contradictions[0]).toContain("shop/order/A~1: ");
});

test("an order of before the run that goes on within it contradicts nothing", async () => {
  const goesOn = segment(1, 1, { actors: [entry("shop/order/A~1", [{ type: "Broken" }])] });
  const segments = [
    shelf(1, { type: "StockReceived", quantity: 1 }, sale("B~1")),
    goesOn,
    order(2, "B~1", "confirmed"),
  ];
  expect(await after(["B~1"], segments)).toMatchObject({ confirmedInJournal: 1, lost: 0, contradicted: 0 });
});

test("units sold beyond those received are oversold; those that came back are not", async () => {
  const received = { type: "StockReceived", quantity: 1 };
  const returned = { type: "StockReturned", orderId: "B~1", customer: "c", quantity: 1 };
  const orders = [order(1, "A~1", "confirmed"), order(2, "B~1", "confirmed")];
  const sold = [received, sale("A~1"), sale("B~1")];
  expect((await after([], [shelf(1, ...sold), ...orders])).oversold).toBe(1);
  expect((await after([], [shelf(1, ...sold, returned), ...orders])).oversold).toBe(0);
});

test("what the journal had before the run is left out", async () => {
  const mark = await markJournal(recorded([shelf(1), order(1, "A~1", "confirmed")]));
  const segments = [
    shelf(1, { type: "StockReceived", quantity: 5 }, sale("A~1")),
    shelf(2, { type: "StockReceived", quantity: 1 }, sale("B~1")),
    order(1, "A~1", "confirmed"),
    order(2, "B~1", "confirmed"),
  ];
  const found = await after(["B~1"], segments, new Map(mark));
  expect([found.confirmedInJournal, found.soldUnits, found.receivedUnits, found.lost]).toEqual([1, 1, 1, 0]);
});
