import { expect, test } from "bun:test";
import type { OrderStatus } from "../../../actors/order/messages.ts";
import { done } from "../../../engine/contract/outcome.ts";
import type { KeyRecord } from "../../../engine/contract/segment.ts";
import { entry, examine, segment, violationsOf } from "../testing/planted.ts";
import { checkouts } from "./checkouts.ts";

const reply = { orderId: "CART~1", totalMinor: 500, taxMinor: 80, currency: "EUR" };
const told: KeyRecord = { ticket: 1, key: "k", content: "c", outcome: done(reply) };

function plant(status: OrderStatus, ...records: readonly KeyRecord[]) {
  const shown = { type: "Shown", view: { status, lines: [], totalMinor: 500, currency: "EUR" } };
  const actors = [entry("main/order/CART~1", [shown]), entry("main/cart/CART", [], records)];
  return [segment(0, 1, { actors })];
}

test("an acknowledged checkout whose order is confirmed passes", async () => {
  const added: KeyRecord = { ticket: 2, key: "l", content: "c", outcome: done({ line: 1 }) };
  const report = await examine(checkouts, plant("confirmed", told, added));
  expect([report.checked, report.violations]).toEqual([1, 0]);
});

test("an acknowledged checkout whose order was refused is found", async () => {
  expect(await violationsOf(checkouts, plant("refused", told))).toEqual([
    "main/order/CART~1 is acknowledged, but is refused",
  ]);
});

test("an acknowledged checkout without an order is found", async () => {
  const lost = { ...told, outcome: done({ ...reply, orderId: "CART~2" }) };
  expect(await violationsOf(checkouts, plant("confirmed", lost))).toEqual([
    "main/order/CART~2 is acknowledged, but does not exist",
  ]);
});

test("an order with another total than its shopper was told is found", async () => {
  const cheap = { ...told, outcome: done({ ...reply, totalMinor: 400 }) };
  expect(await violationsOf(checkouts, plant("confirmed", cheap))).toEqual([
    "main/order/CART~1 was told to cost 400 EUR, it costs 500 EUR",
  ]);
});

test("two checkouts that are told the same order are found", async () => {
  expect(await violationsOf(checkouts, plant("confirmed", told, { ...told, ticket: 2, key: "l" }))).toEqual([
    "two checkouts are told that they are main/order/CART~1: tickets 1 and 2",
  ]);
});
