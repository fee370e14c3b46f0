import { expect, test } from "bun:test";
import type { OrderStatus } from "../../../actors/order/messages.ts";
import { entry, segment, violationsOf } from "../../verify/testing/planted.ts";
import { provider, type ProviderPayment } from "./provider.ts";

const captured: ProviderPayment = {
  tenant: "main",
  paymentKey: "CART~1",
  isAuthorised: true,
  isVoided: false,
  captures: 1,
  capturedMinor: 500,
  refundedMinor: 0,
};
const setAside: ProviderPayment = { ...captured, captures: 0, capturedMinor: 0 };

function found(status: OrderStatus, payments: readonly ProviderPayment[], refundedMinor = 0) {
  const view = { status, totalMinor: 500, refundedMinor, lines: [] };
  const order = entry("main/order/CART~1", [{ type: "Shown", view }]);
  return violationsOf(provider(payments), [segment(0, 1, { actors: [order] })]);
}

test("one capture of the total, with the refunds that the order knows of, passes", async () => {
  expect(await found("captured", [captured])).toEqual([]);
  expect(await found("captured", [{ ...captured, refundedMinor: 200 }], 200)).toEqual([]);
  expect(await found("confirmed", [setAside])).toEqual([]);
  expect(await found("refused", [{ ...setAside, isVoided: true }])).toEqual([]);
  expect(await found("refused", [])).toEqual([]);
});

test("a second capture, or one of another amount, is found", async () => {
  expect(await found("captured", [{ ...captured, captures: 2 }])).toEqual(["the provider captured 2 times"]);
  expect(await found("captured", [{ ...captured, capturedMinor: 400 }])).toEqual([
    "the provider captured 400, the order's total is 500",
  ]);
});

test("an order that is captured without the provider's money is found", async () => {
  expect(await found("captured", [setAside])).toEqual([
    "the order is captured, the provider never captured anything",
  ]);
  expect(await found("captured", [])).toEqual(["the order is captured, the provider does not know it"]);
});

test("a capture without an order, or for one that was refused, is found unless it was refunded", async () => {
  const alone = { ...captured, paymentKey: "GHOST~1" };
  const missing = "500 was captured for an order that the journal does not have";
  expect(await found("captured", [captured, alone])).toEqual([missing]);
  expect(await found("captured", [captured, { ...alone, refundedMinor: 500 }])).toEqual([]);
  expect(await found("refused", [captured])).toEqual(["the provider captured 500, but the order is refused"]);
});

test("a refund that the order does not know of is found", async () => {
  expect(await found("captured", [{ ...captured, refundedMinor: 100 }])).toEqual([
    "the provider refunded 100, the order says 0",
  ]);
});

test("money that stays set aside for a refused order is found", async () => {
  expect(await found("refused", [setAside])).toEqual([
    "the order is refused, but its money is still set aside",
  ]);
});
