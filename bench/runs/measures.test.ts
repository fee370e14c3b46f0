import { expect, test } from "bun:test";
import { measured, measureFault } from "./measures.ts";
import { testResult } from "./testing/result.ts";

const run = testResult();

test("every figure of a stretch, a latency, the processors and the journal has a name", () => {
  expect(measured(run, "ordersPerSecond", undefined)).toBe(3.5);
  expect(measured(run, "order.p99Ms", undefined)).toBe(40);
  expect(measured(run, "cart.add.maxMs", undefined)).toBe(9);
  expect(measured(run, "cpu.shopMicrosPerOrder", undefined)).toBe(100);
  expect(measured(run, "refused.sold_out", undefined)).toBe(5);
  expect(measured(run, "droppedPercent", undefined)).toBe(10);
  expect(measured(run, "journalBytesPerOrder", undefined)).toBe(812);
});

test("what a phase measured is its own", () => {
  expect(measured(run, "ordersPerSecond", "spike")).toBe(4.5);
  expect(measured(run, "order.p99Ms", "calm")).toBe(20);
  expect(measured(run, "ordersPerSecond", "none")).toBeNull();
});

test("a latency that never occurred was not measured, except that there were none", () => {
  expect(measured(run, "push.p99Ms", undefined)).toBeNull();
  expect(measured(run, "push.count", undefined)).toBe(0);
  expect(measured(run, "refused.cart_full", undefined)).toBe(0);
});

test("what the journal says is unknown when it could not be read", () => {
  expect(measured({ ...run, reconciliation: null }, "oversold", undefined)).toBeNull();
});

test("refusals are asked for by a code that there is, or a typo would always be met", () => {
  for (const code of ["sold_out", "limit_per_customer", "overloaded", "deadline_expired"])
    expect(measureFault(`refused.${code}`, "spike")).toBeUndefined();
  expect(measureFault("refused.soldout", undefined)).toStartWith(
    'nothing is refused with "soldout"; the codes are already_extended, ',
  );
});

test("a measure that does not exist is named with those that do", () => {
  expect(measureFault("order.p99Ms", "spike")).toBeUndefined();
  expect(measureFault("cart.add.p50Ms", undefined)).toBeUndefined();
  for (const wrong of ["order.p42Ms", "order", "toString", "cpu.constructor", "refused.", ""]) {
    expect(measureFault(wrong, undefined)).toStartWith(`there is no measure "${wrong}"; there are`);
  }
  expect(measureFault("oversold", "spike")).toBe("oversold is known for the whole run only, not for a phase");
});
