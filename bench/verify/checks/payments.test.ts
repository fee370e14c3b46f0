import { expect, test } from "bun:test";
import type { OrderStatus, PaymentRequest } from "../../../actors/order/messages.ts";
import { entry, segment, violationsOf } from "../testing/planted.ts";
import { payments } from "./payments.ts";

const amount = { paymentKey: "p", amountMinor: 500, currency: "EUR" };
const authorise: PaymentRequest = { type: "Authorise", token: "tok_ok", ...amount };
const capture: PaymentRequest = { type: "Capture", ...amount };
const refund = (refundKey: string, amountMinor: number): PaymentRequest => {
  return { type: "Refund", ...amount, refundKey, amountMinor };
};

function afterCalls(status: OrderStatus | undefined, ...requests: readonly PaymentRequest[]) {
  const shown = { type: "Shown", view: { status, lines: [], totalMinor: 500 } };
  const address = { tenant: "main", kind: "order", id: "CART~1" };
  const called = requests.map((request, index) => {
    return { number: index + 1, port: "payment", ...address, version: 1, request };
  });
  const actors = status === undefined ? [] : [entry("main/order/CART~1", [shown])];
  return violationsOf(payments, [segment(0, 1, { actors, called })]);
}

test("an order that captures its total once and refunds no more passes", async () => {
  expect(await afterCalls("captured", authorise, capture, refund("a", 200), refund("b", 300))).toEqual([]);
  expect(await afterCalls("refused", authorise, { type: "Void", paymentKey: "p" })).toEqual([]);
});

test("a double capture is found", async () => {
  expect(await afterCalls("captured", capture, capture)).toEqual(["the payment is captured 2 times"]);
});

test("a capture of another amount than the total is found", async () => {
  expect(await afterCalls("confirmed", { ...capture, amountMinor: 499 })).toEqual([
    "499 is captured, the order's total is 500 (minor units)",
  ]);
});

test("a capture for an order that is not confirmed, or not there, is found", async () => {
  expect(await afterCalls("refused", capture)).toEqual(["a payment is captured, but the order is refused"]);
  expect(await afterCalls(undefined, capture)).toEqual([
    "a payment is captured for an order that does not exist",
  ]);
});

test("an order that counts as captured without a capture is found", async () => {
  expect(await afterCalls("captured", authorise)).toEqual([
    "the order is captured, but no capture was ever asked for",
  ]);
});

test("refunds beyond the captured amount are found", async () => {
  expect(await afterCalls("captured", capture, refund("a", 300), refund("b", 201))).toEqual([
    "501 is refunded of 500 captured (minor units)",
  ]);
});

test("a refund that is asked for twice is found", async () => {
  expect(await afterCalls("captured", capture, refund("a", 100), refund("a", 100))).toEqual([
    "refund a is asked for twice",
  ]);
});
