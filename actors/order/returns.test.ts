import { beforeEach, describe, expect, test } from "bun:test";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { stock } from "../testing/products.ts";
import { TestBank } from "../testing/test-bank.ts";
import type { Receipt } from "../testing/test-shop.ts";
import { TestShop } from "../testing/test-shop.ts";
import type { ReturnLines } from "./messages.ts";

let shop = new TestShop();
let bank = new TestBank(shop);

function returnLines(lines: ReturnLines["lines"], reason = "broken", order = "c1~1"): Receipt {
  return shop.send("order", order, { type: "ReturnLines", lines, reason });
}

function refusal(code: string, field: string): object {
  return { type: "refused", refusal: { code, field } };
}

beforeEach(() => {
  shop = new TestShop();
  bank = new TestBank(shop);
  stock(shop, "MUG", 5);
  stock(shop, "CUP", 5, { unitPriceMinor: 255 });
  for (const sku of ["MUG", "CUP"])
    shop.ask("cart", "c1", { type: "AddLine", customer: "ann", sku, quantity: 3 });
  shop.send("cart", "c1", { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" });
});

/** Answers the oldest call and delivers what follows, until the order's money is taken. */
function capture(): void {
  bank.settleAll();
}

describe("a return", () => {
  test("refunds the units and puts them back on the shelf, then answers", () => {
    capture();
    const receipt = returnLines([
      { line: 1, quantity: 2 },
      { line: 2, quantity: 1 },
    ]);
    shop.deliverAll();
    expect(shop.outcomeOf(receipt)).toBeUndefined();
    bank.settleAll();
    expect(shop.outcomeOf(receipt)).toEqual(done({ orderId: "c1~1", refundedMinor: 2655, currency: "GBP" }));
    expect(bank.balanceMinor("c1~1")).toBe(3 * 1200 + 3 * 255 - 2655);
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 4 });
    expect(shop.view("order", "c1~1")).toMatchObject({
      status: "captured",
      refundedMinor: 2655,
      lines: [{ returnedQuantity: 2 }, { returnedQuantity: 1 }],
    });
  });

  test("waits for the refund when the units are back first, and the other way round", () => {
    capture();
    const receipt = returnLines([{ line: 1, quantity: 1 }]);
    bank.answerOne();
    expect(shop.outcomeOf(receipt)).toBeUndefined();
    shop.deliverAll();
    expect(shop.outcomeOf(receipt)).toMatchObject({ type: "done" });
  });

  test("of a confirmed order is refunded only after its money was taken", () => {
    while (shop.calls[0]?.request.type !== "Authorise") shop.deliverOne();
    bank.answerOne();
    shop.deliverAll();
    const receipt = returnLines([{ line: 1, quantity: 1 }]);
    shop.deliverAll();
    expect(shop.calls.map(({ request }) => request.type)).toEqual(["Capture"]);
    bank.settleAll();
    expect(shop.outcomeOf(receipt)).toMatchObject({ type: "done", reply: { refundedMinor: 1200 } });
  });

  test("several at once each get their own refund and their own units", () => {
    capture();
    const receipts = [1, 1, 1].map((quantity) => returnLines([{ line: 1, quantity }]));
    bank.settleAll();
    for (const receipt of receipts)
      expect(shop.outcomeOf(receipt)).toMatchObject({ reply: { refundedMinor: 1200 } });
    expect([...(bank.payments.get("c1~1")?.refunds.keys() ?? [])]).toEqual(["c1~1/1", "c1~1/2", "c1~1/3"]);
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
    expect(shop.outcomeOf(returnLines([{ line: 1, quantity: 1 }]))).toMatchObject(
      refusal("return_exceeds_sold", "lines"),
    );
  });

  test("of a free item asks no provider", () => {
    stock(shop, "FREE", 1, { unitPriceMinor: 0 });
    shop.ask("cart", "c2", { type: "AddLine", customer: "ann", sku: "FREE", quantity: 1 });
    shop.ask("cart", "c2", { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" });
    const receipt = returnLines([{ line: 1, quantity: 1 }], "broken", "c2~1");
    shop.deliverAll();
    expect(shop.outcomeOf(receipt)).toMatchObject({ reply: { refundedMinor: 0 } });
    expect(shop.view("inventory", "FREE")).toMatchObject({ available: 1 });
  });

  test.each<[string, string, ReturnLines["lines"], string]>([
    ["return_exceeds_sold", "lines", [{ line: 1, quantity: 4 }], "broken"],
    ["invalid_quantity", "lines", [{ line: 1, quantity: 0 }], "broken"],
    ["line_not_found", "lines", [{ line: 3, quantity: 1 }], "broken"],
    ["invalid_lines", "lines", [], "broken"],
    [
      "invalid_lines",
      "lines",
      [
        { line: 1, quantity: 1 },
        { line: 1, quantity: 1 },
      ],
      "broken",
    ],
    ["invalid_reason", "reason", [{ line: 1, quantity: 1 }], ""],
  ])("is refused as %s (%s)", (code, field, lines, reason) => {
    capture();
    const before = shop.snapshot("order", "c1~1");
    expect(shop.outcomeOf(returnLines(lines, reason))).toMatchObject(refusal(code, field));
    expect(shop.snapshot("order", "c1~1")).toEqual(before);
  });

  test("of an order that was not confirmed, or never placed, is refused", () => {
    const lines = [{ line: 1, quantity: 1 }];
    shop.deliverOne();
    expect(shop.outcomeOf(returnLines(lines))).toMatchObject(refusal("order_not_confirmed", "order"));
    expect(shop.outcomeOf(returnLines(lines, "broken", "c9~1"))).toMatchObject(
      refusal("order_not_found", "order"),
    );
  });

  test("is refused for now when too many are under way", () => {
    stock(shop, "PIN", 1_000, { unitPriceMinor: 1 });
    shop.ask("cart", "c3", { type: "AddLine", customer: "ann", sku: "PIN", quantity: 1_000 });
    shop.send("cart", "c3", { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" });
    capture();
    const returns = Array.from({ length: limits.openReturnsMax + 1 }, () =>
      returnLines([{ line: 1, quantity: 1 }], "broken", "c3~1"),
    );
    expect(returns.map((receipt) => shop.outcomeOf(receipt)).filter(Boolean)).toMatchObject([
      { refusal: { code: "too_many_returns", retryAfterMs: limits.fullRetryMs } },
    ]);
    bank.settleAll();
    expect(shop.view("inventory", "PIN")).toMatchObject({ available: limits.openReturnsMax });
  });
});

test("the read model gets what was placed, how it ended, and what was paid back", () => {
  capture();
  returnLines([{ line: 2, quantity: 1 }]);
  bank.settleAll();
  const rows = shop.rowChanges.filter(({ model }) => model === "orders");
  expect(rows).toEqual(
    [
      {
        set: {
          customer: "ann",
          cart_id: "c1",
          status: "authorising",
          placed_at_ms: shop.nowMs,
          total_minor: 4365,
          tax_minor: 600 + 127,
          currency: "GBP",
          lines: JSON.stringify([
            {
              line: 1,
              sku: "MUG",
              title: "Mug",
              quantity: 3,
              unitPriceMinor: 1200,
              amountMinor: 3600,
              taxMinor: 600,
            },
            {
              line: 2,
              sku: "CUP",
              title: "Mug",
              quantity: 3,
              unitPriceMinor: 255,
              amountMinor: 765,
              taxMinor: 127,
            },
          ]),
          refusal_code: null,
        },
      },
      { set: { status: "selling" } },
      { set: { status: "confirmed" } },
      { set: { status: "captured" } },
      { add: { refunded_minor: 255 } },
    ].map((change) => ({ model: "orders", tenant: "shop", id: "c1~1", ...change })),
  );
});
