import { beforeEach, describe, expect, test } from "bun:test";
import type { Outcome, RefusalValues } from "../engine/contract/outcome.ts";
import type { CartCommand } from "./cart/messages.ts";
import type { InventoryCommand } from "./inventory/messages.ts";
import { limits } from "./limits.ts";
import type { ReturnLines } from "./order/messages.ts";
import { orderDecider } from "./order/order.ts";
import { product, sale, stock } from "./testing/products.ts";
import { addressIn } from "./testing/test-shop.ts";
import { TestShopper } from "./testing/test-shopper.ts";

/** The code and the values of a refusal. */
type Told = readonly [code: string, values: RefusalValues | undefined];

let ann = new TestShopper();

beforeEach(() => {
  ann = new TestShopper();
});

function toldBy(outcome: Outcome | undefined): Told | undefined {
  return outcome?.type === "refused" ? [outcome.refusal.code, outcome.refusal.values] : undefined;
}

describe("a cart's refusal", () => {
  const add = (more: object = {}): CartCommand => ({
    type: "AddLine",
    customer: "ann",
    sku: "MUG",
    quantity: 1,
    ...more,
  });

  test.each<[command: CartCommand, code: string, values: RefusalValues]>([
    [add({ sku: "NONE" }), "unknown_sku", { sku: "NONE" }],
    [add({ sku: "GONE" }), "sold_out", { sku: "GONE" }],
    [add({ quantity: 9 }), "insufficient_stock", { sku: "MUG", quantity: 9, available: 3 }],
    [
      { type: "ChangeQuantity", line: 1, quantity: 9 },
      "insufficient_stock",
      { sku: "MUG", quantity: 9, available: 5 },
    ],
    [
      add({ sku: "DROP", quantity: 3 }),
      "limit_per_customer",
      { sku: "DROP", quantity: 3, limit: 3, remaining: 2 },
    ],
    [
      { type: "ChangeQuantity", line: 2, quantity: 4 },
      "limit_per_customer",
      { sku: "DROP", quantity: 4, limit: 3, remaining: 2 },
    ],
    [add({ sku: "EURO" }), "mixed_currency", { sku: "EURO", productCurrency: "EUR", cartCurrency: "GBP" }],
    [{ type: "RemoveLine", line: 9 }, "line_not_found", { line: 9 }],
    [add({ quantity: 0 }), "invalid_quantity", { quantity: 0, limit: limits.quantityMax }],
    [add({ unitPriceMinor: -1 }), "invalid_price", { limit: limits.unitPriceMinorMax }],
    [
      add({ customer: "x".repeat(limits.customerLengthMax + 1) }),
      "invalid_customer",
      { limit: limits.customerLengthMax },
    ],
  ])("of %p is %s with %p", (command, code, values) => {
    stock(ann.shop, "GONE", 0);
    stock(ann.shop, "EURO", 1, { currency: "EUR" });
    stock(ann.shop, "DROP", 9, { sale: sale(ann.shop.nowMs, { limitPerCustomer: 3 }) });
    ann.add("MUG", 2);
    ann.add("DROP", 1);
    expect(toldBy(ann.shop.ask("cart", "c1", command))).toEqual([code, values]);
  });

  test("because of a limit that was lowered below what the customer has tells that nothing is left of it", () => {
    const list = (limitPerCustomer: number) =>
      ann.shop.ask("inventory", "MUG", {
        type: "ListProduct",
        product: product({ sale: sale(ann.shop.nowMs, { limitPerCustomer }) }),
      });
    list(3);
    ann.add("MUG", 3);
    list(2);
    const values = { sku: "MUG", quantity: 1, limit: 2, remaining: 0 };
    expect(toldBy(ann.add("MUG", 1))).toEqual(["limit_per_customer", values]);
  });

  test("of a checkout names the line whose quantity is being changed", () => {
    ann.add("MUG", 1);
    ann.shop.send("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 2 });
    ann.shop.deliverOne();
    const receipt = ann.beginCheckOut();
    ann.shop.deliverOne();
    expect(toldBy(ann.shop.outcomeOf(receipt))).toEqual(["quantity_changing", { line: 1 }]);
  });
});

describe("an inventory's refusal to an operator", () => {
  test.each<[command: InventoryCommand, code: string, values: RefusalValues]>([
    [
      { type: "AdjustStock", quantity: -9, reason: "lost" },
      "insufficient_stock",
      { sku: "MUG", quantity: -9, available: 3 },
    ],
    [
      { type: "AdjustStock", quantity: 0, reason: "lost" },
      "invalid_quantity",
      { quantity: 0, limit: limits.quantityMax },
    ],
    [
      { type: "AdjustStock", quantity: 1, reason: "x".repeat(limits.reasonLengthMax + 1) },
      "invalid_reason",
      { limit: limits.reasonLengthMax },
    ],
    [
      { type: "ListProduct", product: product({ currency: "EUR" }) },
      "currency_in_use",
      { sku: "MUG", productCurrency: "GBP" },
    ],
    [
      { type: "ListProduct", product: product({ title: "" }) },
      "invalid_product",
      { limit: limits.titleLengthMax },
    ],
  ])("of %p is %s with %p", (command, code, values) => {
    ann.add("MUG", 2);
    expect(toldBy(ann.shop.ask("inventory", "MUG", command))).toEqual([code, values]);
  });
});

describe("an order's refusal", () => {
  /** Ann's hold of 4 ends, and bob takes units before her order asks for it again. */
  function loseTo(bobs: number): Told | undefined {
    ann.add("CUP", 1);
    ann.add("MUG", 4);
    ann.shop.nowMs += limits.holdTtlMs;
    ann.shop.wakeDue();
    const place = { type: "PlaceHold", holdId: "c2#1", customer: "bob", quantity: bobs, ticket: 1 } as const;
    ann.shop.send("inventory", "MUG", place);
    return toldBy(ann.checkOut());
  }

  test("says which line it is about, with the values of the reason, to the cart, the view and the snapshot", () => {
    const values = { sku: "MUG", quantity: 4, available: 2, line: 2, title: "Mug" };
    expect(loseTo(3)).toEqual(["insufficient_stock", values]);
    expect(ann.shop.view("order", "c1~1")).toMatchObject({ refusal: { values } });
    const restored = orderDecider.fromSnapshot(
      ann.shop.snapshot("order", "c1~1"),
      addressIn("order", "c1~1"),
    );
    expect(orderDecider.view(restored)).toMatchObject({ refusal: { values } });
  });

  test("says which line it is about when nothing is left", () => {
    expect(loseTo(5)).toEqual(["sold_out", { sku: "MUG", line: 2, title: "Mug" }]);
  });

  test.each<[lines: ReturnLines["lines"], code: string, values: RefusalValues | undefined]>([
    [[{ line: 1, quantity: 4 }], "return_exceeds_sold", { line: 1, quantity: 4, remaining: 3 }],
    [[{ line: 9, quantity: 1 }], "line_not_found", { line: 9 }],
    [
      [
        { line: 1, quantity: 1 },
        { line: 1, quantity: 1 },
      ],
      "invalid_lines",
      { line: 1 },
    ],
    [[], "invalid_lines", undefined],
  ])("of a return of %p is %s with %p", (lines, code, values) => {
    ann.add("MUG", 3);
    ann.checkOut();
    const command: ReturnLines = { type: "ReturnLines", lines, reason: "broken" };
    expect(toldBy(ann.shop.ask("order", "c1~1", command))).toEqual([code, values]);
  });

  test("names the order that there is none of", () => {
    const command: ReturnLines = { type: "ReturnLines", lines: [], reason: "broken" };
    expect(toldBy(ann.shop.ask("order", "c9~1", command))).toEqual(["order_not_found", { order: "c9~1" }]);
  });
});
