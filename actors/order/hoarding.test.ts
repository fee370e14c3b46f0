import { beforeEach, describe, expect, test } from "bun:test";
import type { CartView } from "../cart/messages.ts";
import { limits } from "../limits.ts";
import { TestShopper } from "../testing/test-shopper.ts";

const ATTEMPTS_MAX = 50;

let ann = new TestShopper();

beforeEach(() => {
  ann = new TestShopper();
});

function lines(): CartView["lines"] {
  return (ann.shop.view("cart", "c1") as CartView).lines;
}

function refusal(code: string): object {
  return { type: "refused", refusal: { code } };
}

/** Lets time pass until the first line's hold has `leftMs` left. */
function waitUntilLeft(leftMs: number): void {
  ann.shop.advance((lines()[0]?.holdExpiresAtMs ?? 0) - leftMs - ann.shop.nowMs);
  ann.shop.deliverAll();
}

function extend(): void {
  ann.shop.ask("cart", "c1", { type: "ExtendLine", line: 1 });
}

/** Checks out in the last moment, with a card that is declined, until the line is gone. */
function hoard(): void {
  ann.verdict = "declined";
  for (let attempt = 0; attempt < ATTEMPTS_MAX && lines().length > 0; attempt += 1) {
    waitUntilLeft(attempt % 2 === 0 ? 1 : limits.orderSettleMs);
    ann.checkOut();
  }
}

describe("a shopper whose card is declined again and again", () => {
  test("keeps a hold for its own time and one last attempt", () => {
    const beganAtMs = ann.shop.nowMs;
    ann.add("MUG", 5);
    hoard();
    expect(lines()).toEqual([]);
    expect(ann.shop.nowMs - beganAtMs).toBeLessThanOrEqual(limits.holdTtlMs + limits.lastAttemptMs);
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
  });

  test.each(["before", "after"])("keeps one no longer that was extended %s the first refusal", (when) => {
    const beganAtMs = ann.shop.nowMs;
    ann.add("MUG", 5);
    if (when === "before") extend();
    ann.verdict = "declined";
    waitUntilLeft(1);
    ann.checkOut();
    if (when === "after") extend();
    hoard();
    expect(lines()).toEqual([]);
    expect(ann.shop.nowMs - beganAtMs).toBeLessThanOrEqual(2 * limits.holdTtlMs + limits.lastAttemptMs);
  });

  test("keeps no hold longer by changing its quantity in between", () => {
    const beganAtMs = ann.shop.nowMs;
    ann.add("MUG", 5);
    ann.verdict = "declined";
    for (let quantity = 4; quantity > 0 && lines().length > 0; quantity -= 1) {
      waitUntilLeft(1);
      ann.checkOut();
      ann.shop.ask("cart", "c1", { type: "ChangeQuantity", line: 1, quantity });
    }
    expect(lines()).toEqual([]);
    expect(ann.shop.nowMs - beganAtMs).toBeLessThanOrEqual(limits.holdTtlMs + limits.lastAttemptMs);
  });

  test("keeps the lines whose time is not over", () => {
    ann.add("MUG", 2);
    ann.add("CUP", 1);
    ann.shop.ask("cart", "c1", { type: "ExtendLine", line: 2 });
    ann.verdict = "declined";
    waitUntilLeft(1);
    expect(ann.checkOut()).toMatchObject(refusal("payment_declined"));
    waitUntilLeft(1);
    expect(ann.checkOut()).toMatchObject(refusal("hold_ending"));
    expect(lines()).toMatchObject([{ sku: "CUP", quantity: 1 }]);
    ann.verdict = "authorised";
    expect(ann.checkOut()).toMatchObject({ type: "done" });
  });
});

describe("a shopper whose card is declined in the last moment", () => {
  beforeEach(() => {
    ann.add("MUG", 2);
    ann.verdict = "declined";
    waitUntilLeft(1);
    ann.checkOut();
  });

  test("sees until when there is time for another card, and pays with it", () => {
    expect(lines()).toMatchObject([{ holdExpiresAtMs: ann.shop.nowMs + 1 + limits.lastAttemptMs }]);
    ann.verdict = "authorised";
    waitUntilLeft(limits.orderSettleMs);
    expect(ann.checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 2400 } });
  });

  test("may try several cards, and each payment has the time to settle", () => {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      ann.shop.advance(60_000);
      expect(ann.checkOut()).toMatchObject(refusal("payment_declined"));
    }
    ann.verdict = "authorised";
    const receipt = ann.beginCheckOut();
    ann.deliverUntilCalled("Authorise");
    ann.shop.advance(limits.orderSettleMs);
    ann.bank.settleAll();
    expect(ann.shop.outcomeOf(receipt)).toMatchObject({ type: "done" });
  });

  test("is told when too little of that time is left, and nothing is charged", () => {
    waitUntilLeft(limits.orderSettleMs - 1);
    ann.verdict = "authorised";
    expect(ann.checkOut()).toMatchObject({
      type: "refused",
      refusal: {
        code: "hold_ending",
        field: "lines",
        detail:
          "Line 1 (Mug): Its hold was kept for a payment once already and ends too soon for another; it is back on the shelf.",
      },
    });
    expect(ann.bank.payments.has("c1~2")).toBe(false);
    expect(lines()).toEqual([]);
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
  });
});

test("an order that comes too late for one line tells how long it has secured the others", () => {
  ann.add("MUG", 2);
  ann.shop.advance(limits.lastAttemptMs);
  ann.add("CUP", 1);
  const cupExpiresAtMs = ann.shop.nowMs + limits.holdTtlMs + limits.lastAttemptMs;
  ann.verdict = "declined";
  waitUntilLeft(1);
  ann.checkOut();
  waitUntilLeft(1);
  expect(ann.checkOut()).toMatchObject(refusal("hold_ending"));
  expect(lines()).toMatchObject([{ sku: "CUP", holdExpiresAtMs: cupExpiresAtMs }]);
});
