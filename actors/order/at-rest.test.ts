import { expect, test } from "bun:test";
import { addressIn } from "../testing/test-shop.ts";
import { LIFECYCLE } from "./lifecycle.ts";
import type { OrderPhase } from "./lifecycle.ts";
import { orderDecider } from "./order.ts";
import { initialOrder } from "./state.ts";

test("an order is at rest once it is paid for or refused", () => {
  const phases = Object.keys(LIFECYCLE) as OrderPhase[];
  const atRest = phases.filter((phase) => {
    const state = { ...initialOrder(addressIn("order", "c1~1")), phase };
    return orderDecider.isAtRest?.(state) === true;
  });
  expect(atRest.sort()).toEqual(["captured", "refused"]);
});

test("an order with a return that is under way is not at rest", () => {
  const open = { ticket: 1, refundMinor: 100, refunded: false, restocking: new Set([1]) };
  const state = { ...initialOrder(addressIn("order", "c1~1")), phase: "captured" as const };
  state.returns.set(1, open);
  expect(orderDecider.isAtRest?.(state)).toBe(false);
});

test("nobody waits for what follows the confirmation, and somebody does for what precedes it", () => {
  expect([...(orderDecider.unhurried ?? [])].sort()).toEqual(["PaymentCaptured", "PaymentVoided"]);
});
