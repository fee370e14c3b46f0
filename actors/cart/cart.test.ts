import { beforeEach, describe, expect, test } from "bun:test";
import type { Outcome } from "../../engine/contract/outcome.ts";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { product, stock } from "../testing/products.ts";
import { SingleActor } from "../testing/single-actor.ts";
import { TestShop, addressIn } from "../testing/test-shop.ts";
import { cartDecider } from "./cart.ts";
import type { AddLine, CartCommand } from "./messages.ts";

let shop = new TestShop();

function add(sku: string, quantity: number, terms: Partial<AddLine> = {}): Outcome | undefined {
  return shop.ask("cart", "c1", { type: "AddLine", customer: "ann", sku, quantity, ...terms });
}

function refusal(code: string, field?: string): object {
  return { type: "refused", refusal: field === undefined ? { code } : { code, field } };
}

const checkOut: CartCommand = { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" };

beforeEach(() => {
  shop = new TestShop();
  stock(shop, "MUG", 5);
  stock(shop, "CUP", 5, { unitPriceMinor: 255 });
});

describe("adding a line", () => {
  test("is answered once inventory holds the stock; the line's number is the ticket", () => {
    const holdExpiresAtMs = shop.nowMs + limits.holdTtlMs;
    const receipt = shop.send("cart", "c1", { type: "AddLine", customer: "ann", sku: "MUG", quantity: 2 });
    expect(shop.outcomeOf(receipt)).toBeUndefined();
    shop.deliverAll();
    expect(shop.outcomeOf(receipt)).toEqual(
      done({ line: 1, sku: "MUG", quantity: 2, unitPriceMinor: 1200, currency: "GBP", holdExpiresAtMs }),
    );
    expect(shop.view("cart", "c1")).toEqual({
      cartId: "c1",
      lines: [
        {
          line: 1,
          sku: "MUG",
          title: "Mug",
          quantity: 2,
          unitPriceMinor: 1200,
          taxBasisPoints: 2000,
          holdExpiresAtMs,
          extended: false,
        },
      ],
      currency: "GBP",
      totalMinor: 2400,
      taxMinor: 400,
      checkingOut: null,
      orderIds: [],
    });
  });

  test("makes no event until the stock is held, but for the first that opens the cart", () => {
    shop.send("cart", "c1", { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1 });
    shop.send("cart", "c1", { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1 });
    expect(shop.history("cart", "c1")).toEqual(["CartOpened"]);
  });

  test("of one item twice makes two lines with a hold each", () => {
    add("MUG", 3);
    expect(add("MUG", 3)).toMatchObject(refusal("insufficient_stock"));
    expect(add("MUG", 2)).toMatchObject({ type: "done", reply: { line: 3 } });
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 0 });
  });

  test.each<[string, string | undefined, Partial<AddLine>]>([
    ["not_your_cart", "cart", { customer: "bob" }],
    ["invalid_customer", "customer", { customer: "" }],
    ["unknown_sku", "sku", { sku: "NONE" }],
    ["unknown_sku", "sku", { sku: "a/b" }],
    ["invalid_quantity", "quantity", { quantity: 0 }],
    ["invalid_price", "unitPriceMinor", { unitPriceMinor: -5 }],
    ["amount_too_large", "quantity", { sku: "GOLD", quantity: 1_000_000 }],
    ["mixed_currency", "sku", { sku: "EURO" }],
  ])("is refused as %s (%s)", (code, field, terms) => {
    stock(shop, "GOLD", 1_000_000, { unitPriceMinor: limits.unitPriceMinorMax });
    stock(shop, "EURO", 1, { currency: "EUR" });
    add("CUP", 1);
    expect(add("MUG", 1, terms)).toMatchObject(refusal(code, field));
    expect(shop.view("cart", "c1")).toMatchObject({ totalMinor: 255, currency: "GBP" });
    // Whatever was set aside for it is back.
    expect(shop.view("inventory", "GOLD")).toMatchObject({ available: 1_000_000 });
    expect(shop.view("inventory", "EURO")).toMatchObject({ available: 1 });
  });

  test("takes an operator's price", () => {
    expect(add("MUG", 1, { unitPriceMinor: 1 })).toMatchObject({ reply: { unitPriceMinor: 1 } });
  });

  test("past the most lines is refused, also when they were asked for at once", () => {
    stock(shop, "PIN", 1_000_000);
    for (let line = 0; line < limits.linesPerCartMax + 2; line++)
      shop.send("cart", "c1", { type: "AddLine", customer: "ann", sku: "PIN", quantity: 1 });
    shop.deliverAll();
    expect(shop.view("inventory", "PIN")).toMatchObject({ available: 1_000_000 - limits.linesPerCartMax });
    expect(add("PIN", 1)).toMatchObject(refusal("cart_full"));
  });

  test("another currency is fine once the cart is empty", () => {
    stock(shop, "EURO", 1, { currency: "EUR" });
    add("MUG", 1);
    shop.ask("cart", "c1", { type: "RemoveLine", line: 1 });
    expect(add("EURO", 1)).toMatchObject({ reply: { currency: "EUR" } });
  });
});

describe("changing a line", () => {
  beforeEach(() => {
    add("MUG", 2);
    add("CUP", 1);
  });

  test("sets the whole quantity", () => {
    expect(shop.ask("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 4 })).toMatchObject({
      type: "done",
      reply: { line: 1, quantity: 4, unitPriceMinor: 1200 },
    });
    expect(shop.view("cart", "c1")).toMatchObject({ totalMinor: 4 * 1200 + 255 });
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 1 });
  });

  test("after a change of price makes a line smaller, at the price of its hold, and no larger", () => {
    shop.ask("inventory", "MUG", { type: "ListProduct", product: product({ unitPriceMinor: 1 }) });
    const more: CartCommand = { type: "ChangeQuantity", line: 1, quantity: 3 };
    expect(shop.ask("cart", "c1", more)).toMatchObject(refusal("price_changed"));
    expect(shop.view("cart", "c1")).toMatchObject({ totalMinor: 2 * 1200 + 255 });
    expect(shop.ask("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 1 })).toMatchObject({
      reply: { line: 1, quantity: 1, unitPriceMinor: 1200 },
    });
  });

  test("to more than there is leaves the line as it was", () => {
    const change: CartCommand = { type: "ChangeQuantity", line: 1, quantity: 6 };
    expect(shop.ask("cart", "c1", change)).toMatchObject(refusal("insufficient_stock"));
    expect(shop.view("cart", "c1")).toMatchObject({ totalMinor: 2 * 1200 + 255 });
  });

  test("to more than can be counted exactly leaves the line as it was", () => {
    stock(shop, "GOLD", 1_000_000, { unitPriceMinor: limits.unitPriceMinorMax });
    add("GOLD", 1);
    const change: CartCommand = { type: "ChangeQuantity", line: 3, quantity: 1_000_000 };
    expect(shop.ask("cart", "c1", change)).toMatchObject(refusal("amount_too_large", "quantity"));
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{}, {}, { quantity: 1 }] });
  });

  test.each<[string, CartCommand]>([
    ["line_not_found", { type: "ChangeQuantity", line: 9, quantity: 1 }],
    ["line_not_found", { type: "RemoveLine", line: 9 }],
    ["line_not_found", { type: "ExtendLine", line: 9 }],
    ["invalid_quantity", { type: "ChangeQuantity", line: 1, quantity: 0 }],
  ])("is refused as %s: %j", (code, command) => {
    expect(shop.ask("cart", "c1", command)).toMatchObject(refusal(code));
  });

  test("locks the checkout until inventory has answered the newest change", () => {
    const older = shop.send("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 3 });
    const newer = shop.send("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 4 });
    const retry = { refusal: { code: "quantity_changing", retryAfterMs: limits.changeRetryMs } };
    expect(shop.outcomeOf(shop.send("cart", "c1", checkOut))).toMatchObject(retry);
    while (shop.outcomeOf(older) === undefined) shop.deliverOne();
    expect(shop.outcomeOf(newer)).toBeUndefined();
    expect(shop.outcomeOf(shop.send("cart", "c1", checkOut))).toMatchObject(retry);
    shop.deliverAll();
    expect(shop.outcomeOf(newer)).toMatchObject({ reply: { quantity: 4 } });
    expect(shop.outcomeOf(shop.send("cart", "c1", checkOut))).toBeUndefined();
  });

  test("a refused change unlocks the checkout as well", () => {
    shop.ask("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 6 });
    expect(shop.outcomeOf(shop.send("cart", "c1", checkOut))).toBeUndefined();
  });

  test("removing gives the stock back at once; a change that was under way is refused", () => {
    const change = shop.send("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 4 });
    const removal = shop.send("cart", "c1", { type: "RemoveLine", line: 1 });
    expect(shop.outcomeOf(removal)).toEqual(done({ line: 1 }));
    shop.deliverAll();
    expect(shop.outcomeOf(change)).toMatchObject(refusal("line_not_found", "line"));
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
    expect(shop.view("cart", "c1")).toMatchObject({ totalMinor: 255 });
  });

  test("extending prolongs the hold once", () => {
    const holdExpiresAtMs = shop.nowMs + 2 * limits.holdTtlMs;
    expect(shop.ask("cart", "c1", { type: "ExtendLine", line: 1 })).toEqual(
      done({ line: 1, holdExpiresAtMs }),
    );
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ holdExpiresAtMs, extended: true }, {}] });
    // The cart knows, so inventory is not asked.
    const again = shop.send("cart", "c1", { type: "ExtendLine", line: 1 });
    expect(shop.outcomeOf(again)).toMatchObject(refusal("already_extended"));
  });

  test("two extensions at once: the second is refused by inventory", () => {
    const first = shop.send("cart", "c1", { type: "ExtendLine", line: 1 });
    const second = shop.send("cart", "c1", { type: "ExtendLine", line: 1 });
    shop.deliverAll();
    expect(shop.outcomeOf(first)).toMatchObject({ type: "done" });
    expect(shop.outcomeOf(second)).toMatchObject(refusal("already_extended"));
  });
});

describe("expiry", () => {
  test("takes the line out of the cart", () => {
    add("MUG", 2);
    shop.advance(60_000);
    add("CUP", 1);
    shop.advance(limits.holdTtlMs - 60_000);
    shop.deliverAll();
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
    expect(shop.history("cart", "c1")).toEqual(["CartOpened", "LineHeld", "LineHeld", "LineExpired"]);
  });

  test("a change that meets an expired hold is refused, and holds nothing", () => {
    add("MUG", 2);
    shop.nowMs += limits.holdTtlMs;
    expect(shop.ask("cart", "c1", { type: "ChangeQuantity", line: 1, quantity: 3 })).toMatchObject(
      refusal("line_not_found"),
    );
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [], currency: null });
  });

  test("an extension that meets an expired hold is refused", () => {
    add("MUG", 2);
    shop.nowMs += limits.holdTtlMs;
    expect(shop.ask("cart", "c1", { type: "ExtendLine", line: 1 })).toMatchObject(refusal("hold_not_found"));
  });

  test("of a line that was removed changes nothing", () => {
    add("MUG", 2);
    shop.nowMs += limits.holdTtlMs;
    shop.wakeDue();
    shop.send("cart", "c1", { type: "RemoveLine", line: 1 });
    shop.deliverAll();
    expect(shop.history("cart", "c1")).toEqual(["CartOpened", "LineHeld", "LineRemoved"]);
  });
});

describe("checking out", () => {
  test.each<[string, CartCommand]>([
    ["not_your_cart", { ...checkOut, customer: "bob" }],
    ["invalid_payment_token", { ...checkOut, paymentToken: "" }],
  ])("is refused as %s", (code, command) => {
    add("MUG", 1);
    expect(shop.ask("cart", "c1", command)).toMatchObject(refusal(code));
  });

  test("of an empty cart is refused", () => {
    expect(shop.ask("cart", "c1", checkOut)).toMatchObject(refusal("cart_empty"));
  });

  test("locks the lines until the order ends", () => {
    add("MUG", 1);
    shop.send("cart", "c1", checkOut);
    expect(shop.view("cart", "c1")).toMatchObject({ checkingOut: "c1~1" });
    for (const command of [
      { type: "AddLine", customer: "ann", sku: "CUP", quantity: 1 },
      { type: "ChangeQuantity", line: 1, quantity: 2 },
      { type: "RemoveLine", line: 1 },
      { type: "ExtendLine", line: 1 },
      checkOut,
    ] as const)
      expect(shop.ask("cart", "c1", command)).toMatchObject(refusal("checkout_in_progress"));
  });
});

test("an unused cart shows as an empty one", () => {
  expect(new SingleActor(cartDecider, addressIn("cart", "c9")).view()).toEqual({
    cartId: "c9",
    lines: [],
    currency: null,
    totalMinor: 0,
    taxMinor: 0,
    checkingOut: null,
    orderIds: [],
  });
});

test("a cart whose id leaves no room for order ids is refused", () => {
  const id = "c".repeat(limits.cartIdLengthMax + 1);
  const command: CartCommand = { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1 };
  expect(shop.ask("cart", id, command)).toMatchObject(refusal("invalid_cart", "cart"));
});
