import { beforeEach, describe, expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { product } from "../testing/products.ts";
import type { Receipt } from "../testing/test-shop.ts";
import { TestShopper } from "../testing/test-shopper.ts";

let ann = new TestShopper();

function refusal(code: string): object {
  return { type: "refused", refusal: { code } };
}

beforeEach(() => {
  ann = new TestShopper();
});

describe("an old cart", () => {
  /** The hold ends while the news of it is still on its way to the cart. */
  function outliveHold(): void {
    ann.shop.nowMs += limits.holdTtlMs;
    ann.shop.wakeDue();
  }

  test("is refused without a charge when the stock is gone", () => {
    ann.add("MUG", 5);
    ann.add("CUP", 1);
    ann.shop.advance(limits.holdTtlMs - 1);
    ann.shop.ask("cart", "c1", { type: "ExtendLine", line: 2 });
    ann.shop.nowMs += 1;
    ann.shop.wakeDue();
    ann.shop.send("inventory", "MUG", {
      type: "PlaceHold",
      holdId: "c2#1",
      customer: "bob",
      quantity: 5,
      ticket: 1,
    });
    expect(ann.checkOut()).toMatchObject({
      type: "refused",
      refusal: { code: "sold_out", field: "lines", detail: "Line 1 (Mug): MUG is sold out." },
    });
    expect(ann.bank.payments.size).toBe(0);
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
    expect(ann.shop.view("inventory", "CUP")).toMatchObject({ available: 4 });
  });

  test("is sold at the price that the shopper saw when the stock is still there", () => {
    ann.add("MUG", 2);
    outliveHold();
    ann.shop.send("inventory", "MUG", { type: "ListProduct", product: product({ unitPriceMinor: 9900 }) });
    expect(ann.checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 2400 } });
    expect(ann.shop.history("cart", "c1")).toContain("LineLapsed");
    expect(ann.shop.history("inventory", "MUG").slice(-5)).toEqual([
      "HoldExpired",
      "ProductListed",
      "HoldPlaced",
      "HoldSecured",
      "HoldSold",
    ]);
  });

  test("keeps the hold that was placed again when the payment is declined", () => {
    ann.add("MUG", 2);
    outliveHold();
    ann.verdict = "declined";
    expect(ann.checkOut()).toMatchObject(refusal("payment_declined"));
    expect(ann.shop.view("cart", "c1")).toMatchObject({
      lines: [{ sku: "MUG", holdExpiresAtMs: ann.shop.nowMs + limits.lastAttemptMs }],
    });
    expect(ann.checkOut()).toMatchObject(refusal("payment_declined"));
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "MUG" }] });
    ann.verdict = "authorised";
    expect(ann.checkOut()).toMatchObject({ type: "done" });
  });

  test("with one line gone keeps the others, secured, and waits for their answers", () => {
    ann.add("MUG", 5);
    ann.add("CUP", 1);
    ann.add("CUP", 2);
    outliveHold();
    ann.shop.send("inventory", "MUG", { type: "AdjustStock", quantity: -1, reason: "broken" });
    expect(ann.checkOut()).toMatchObject(refusal("insufficient_stock"));
    expect(ann.shop.history("order", "c1~1")).toEqual([
      "OrderPlaced",
      "LineLost",
      "LineSecured",
      "OrderRefused",
    ]);
    const holdExpiresAtMs = ann.shop.nowMs + limits.lastAttemptMs;
    expect(ann.shop.view("cart", "c1")).toMatchObject({
      lines: [
        { sku: "CUP", holdExpiresAtMs },
        { sku: "CUP", holdExpiresAtMs },
      ],
    });
    expect(ann.bank.payments.size).toBe(0);
  });
});

describe("a hold that ends between payment and sale", () => {
  function loseHoldsWhilePaying(): Receipt {
    const receipt = ann.beginCheckOut();
    ann.deliverUntilCalled("Authorise");
    ann.shop.nowMs += limits.holdTtlMs;
    return receipt;
  }

  test("releases the money and refuses the order", () => {
    ann.add("MUG", 2);
    const receipt = loseHoldsWhilePaying();
    ann.bank.settleAll();
    expect(ann.shop.outcomeOf(receipt)).toMatchObject(refusal("hold_expired"));
    expect(ann.bank.payments.get("c1~1")).toMatchObject({ status: "released" });
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [], checkingOut: null });
  });

  test.each([
    ["first", "MUG", "CUP"],
    ["last", "CUP", "MUG"],
  ])("gives back what is sold when the %s line is lost", (_which, early, late) => {
    // The hold of MUG is the one that ends.
    for (const sku of [early, late]) ann.add(sku, 2);
    const line = early === "CUP" ? 1 : 2;
    ann.shop.ask("cart", "c1", { type: "ExtendLine", line });
    const receipt = loseHoldsWhilePaying();
    ann.bank.settleAll();
    expect(ann.shop.outcomeOf(receipt)).toMatchObject(refusal("hold_expired"));
    expect(ann.bank.payments.get("c1~1")).toMatchObject({ status: "released" });
    for (const sku of ["MUG", "CUP"]) expect(ann.shop.view("inventory", sku)).toMatchObject({ available: 5 });
    expect(ann.shop.history("inventory", "CUP").slice(-2)).toEqual(["HoldSold", "StockReturned"]);
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [], checkingOut: null });
    expect(ann.openCalls()).toEqual([]);
  });

  test("gives back every line that is sold, and the cart loses them all", () => {
    for (const sku of ["MUG", "CUP", "CUP"]) ann.add(sku, 1);
    for (const line of [2, 3]) ann.shop.ask("cart", "c1", { type: "ExtendLine", line });
    loseHoldsWhilePaying();
    ann.bank.settleAll();
    for (const sku of ["MUG", "CUP"]) expect(ann.shop.view("inventory", sku)).toMatchObject({ available: 5 });
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [], totalMinor: 0 });
  });

  test("shows the order as selling until everything is given back", () => {
    ann.add("MUG", 1);
    ann.add("CUP", 1);
    ann.shop.ask("cart", "c1", { type: "ExtendLine", line: 2 });
    loseHoldsWhilePaying();
    ann.bank.answerOne();
    while (!ann.shop.history("order", "c1~1").includes("LineLost")) ann.shop.deliverOne();
    expect(ann.shop.view("order", "c1~1")).toMatchObject({ status: "selling" });
    ann.bank.settleAll();
    expect(ann.shop.view("order", "c1~1")).toMatchObject({ status: "refused" });
  });
});
