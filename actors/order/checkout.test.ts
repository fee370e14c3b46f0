import { beforeEach, describe, expect, test } from "bun:test";
import type { Outcome } from "../../engine/contract/outcome.ts";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { product, stock } from "../testing/products.ts";
import type { Verdict } from "../testing/test-bank.ts";
import { TestBank } from "../testing/test-bank.ts";
import type { Receipt } from "../testing/test-shop.ts";
import { TestShop } from "../testing/test-shop.ts";

let shop = new TestShop();
let verdict: Verdict = "authorised";
let bank = new TestBank(shop);

function add(sku: string, quantity: number, cart = "c1"): Outcome | undefined {
  return shop.ask("cart", cart, { type: "AddLine", customer: "ann", sku, quantity });
}

function beginCheckOut(cart = "c1"): Receipt {
  return shop.send("cart", cart, { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" });
}

function checkOut(cart = "c1"): Outcome | undefined {
  const receipt = beginCheckOut(cart);
  bank.settleAll();
  return shop.outcomeOf(receipt);
}

function requests(): string[] {
  return shop.calls.map(({ request }) => request.type);
}

function refusal(code: string): object {
  return { type: "refused", refusal: { code } };
}

/** Delivers until the call of that type waits for its answer. */
function deliverUntilCalled(type: string): void {
  while (!requests().includes(type)) expect([type, shop.deliverOne()]).toEqual([type, true]);
}

beforeEach(() => {
  verdict = "authorised";
  shop = new TestShop();
  bank = new TestBank(shop, () => verdict);
  stock(shop, "MUG", 5);
  stock(shop, "CUP", 5, { unitPriceMinor: 255 });
});

describe("a checkout", () => {
  test("of one line takes four events, and answers once the stock is sold", () => {
    add("MUG", 2);
    expect(checkOut()).toEqual(done({ orderId: "c1~1", totalMinor: 2400, taxMinor: 400, currency: "GBP" }));
    expect(shop.history("order", "c1~1")).toEqual([
      "OrderPlaced",
      "PaymentAuthorised",
      "OrderConfirmed",
      "PaymentCaptured",
    ]);
    expect(bank.balanceMinor("c1~1")).toBe(2400);
    expect(shop.view("order", "c1~1")).toMatchObject({ status: "captured", customer: "ann", refusal: null });
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 3 });
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [], checkingOut: null, orderIds: ["c1~1"] });
  });

  test("answers before the money is taken, never before the stock is sold", () => {
    add("MUG", 2);
    const receipt = beginCheckOut();
    deliverUntilCalled("Authorise");
    bank.answerOne();
    expect(shop.outcomeOf(receipt)).toBeUndefined();
    deliverUntilCalled("Capture");
    shop.deliverAll();
    expect(shop.outcomeOf(receipt)).toMatchObject({ type: "done" });
    expect(shop.view("order", "c1~1")).toMatchObject({ status: "confirmed" });
  });

  test("of two lines that share an item sells both", () => {
    add("MUG", 2);
    add("MUG", 3);
    expect(checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 6000 } });
    expect(shop.history("inventory", "MUG").filter((type) => type === "HoldSold")).toHaveLength(2);
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 0 });
  });

  test("of several items taxes each line on its own", () => {
    add("MUG", 1);
    add("CUP", 1);
    expect(checkOut()).toMatchObject({ reply: { totalMinor: 1455, taxMinor: 200 + 43 } });
  });

  test("of a free item asks no provider", () => {
    stock(shop, "FREE", 1, { unitPriceMinor: 0 });
    add("FREE", 1);
    expect(checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 0 } });
    expect(bank.payments.size).toBe(0);
    expect(shop.view("order", "c1~1")).toMatchObject({ status: "captured" });
  });

  test("twice at once is refused the second time and charged once", () => {
    add("MUG", 1);
    const first = beginCheckOut();
    const second = beginCheckOut();
    bank.settleAll();
    expect(shop.outcomeOf(first)).toMatchObject({ type: "done" });
    expect(shop.outcomeOf(second)).toMatchObject(refusal("checkout_in_progress"));
    expect(bank.payments.size).toBe(1);
  });

  test("keeps a line that arrived after it began for the next order", () => {
    add("MUG", 1);
    shop.send("cart", "c1", { type: "AddLine", customer: "ann", sku: "CUP", quantity: 1 });
    expect(checkOut()).toMatchObject({ reply: { totalMinor: 1200 } });
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
    expect(checkOut()).toMatchObject({ reply: { orderId: "c1~2", totalMinor: 255 } });
  });
});

describe("a payment that fails", () => {
  test("by refusal leaves the cart its holds, and another means of payment works", () => {
    add("MUG", 2);
    verdict = "declined";
    expect(checkOut()).toMatchObject(refusal("payment_declined"));
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ quantity: 2 }], checkingOut: null });
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 3 });
    expect(shop.view("order", "c1~1")).toMatchObject({
      status: "refused",
      refusal: { code: "payment_declined" },
    });
    verdict = "authorised";
    expect(checkOut()).toMatchObject({ type: "done", reply: { orderId: "c1~2" } });
    expect(bank.balanceMinor("c1~1")).toBe(0);
  });

  test("by silence releases the money and leaves the cart its holds", () => {
    add("MUG", 2);
    verdict = "lost";
    expect(checkOut()).toMatchObject(refusal("payment_timeout"));
    expect(bank.payments.get("c1~1")).toMatchObject({ status: "released" });
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ quantity: 2 }] });
  });

  test("while a hold expires takes the line out of the cart", () => {
    add("MUG", 2);
    shop.advance(60_000);
    add("CUP", 1);
    verdict = "declined";
    const receipt = beginCheckOut();
    deliverUntilCalled("Authorise");
    shop.advance(limits.holdTtlMs - 60_000);
    shop.deliverAll();
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "MUG" }, { sku: "CUP" }] });
    bank.settleAll();
    expect(shop.outcomeOf(receipt)).toMatchObject(refusal("payment_declined"));
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
  });
});

describe("a hold that ends soon", () => {
  const soonMs = limits.holdTtlMs - limits.orderSettleMs + 1;

  test("is secured before anything is charged", () => {
    add("MUG", 2);
    shop.advance(soonMs);
    add("CUP", 1);
    expect(checkOut()).toMatchObject({ type: "done" });
    expect(shop.history("order", "c1~1")).toEqual([
      "OrderPlaced",
      "OrderSecured",
      "PaymentAuthorised",
      "LineSold",
      "OrderConfirmed",
      "PaymentCaptured",
    ]);
    expect(shop.history("inventory", "CUP")).not.toContain("HoldSecured");
    expect(shop.snapshot("order", "c1~1")).toMatchObject({ paymentToken: null });
  });

  test("with exactly the time to settle is not secured", () => {
    add("MUG", 2);
    shop.advance(soonMs - 1);
    checkOut();
    expect(shop.history("order", "c1~1")).not.toContain("OrderSecured");
  });

  test("lasts on in the cart when the payment is declined", () => {
    add("MUG", 2);
    add("CUP", 1);
    shop.advance(soonMs);
    verdict = "declined";
    checkOut();
    const holdExpiresAtMs = shop.nowMs + limits.orderHoldMs;
    expect(shop.view("cart", "c1")).toMatchObject({
      lines: [
        { sku: "MUG", holdExpiresAtMs },
        { sku: "CUP", holdExpiresAtMs },
      ],
    });
    shop.advance(limits.orderHoldMs);
    shop.deliverAll();
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [] });
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
  });
});

describe("an old cart", () => {
  /** The hold ends while the news of it is still on its way to the cart. */
  function outliveHold(): void {
    shop.nowMs += limits.holdTtlMs;
    shop.wakeDue();
  }

  test("is refused without a charge when the stock is gone", () => {
    add("MUG", 5);
    add("CUP", 1);
    shop.advance(limits.holdTtlMs - 1);
    shop.ask("cart", "c1", { type: "ExtendLine", line: 2 });
    shop.nowMs += 1;
    shop.wakeDue();
    shop.send("inventory", "MUG", {
      type: "PlaceHold",
      holdId: "c2#1",
      customer: "bob",
      quantity: 5,
      ticket: 1,
    });
    expect(checkOut()).toMatchObject({
      type: "refused",
      refusal: { code: "sold_out", field: "lines", detail: "Line 1 (Mug): MUG is sold out." },
    });
    expect(bank.payments.size).toBe(0);
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
    expect(shop.view("inventory", "CUP")).toMatchObject({ available: 4 });
  });

  test("is sold at the price that the shopper saw when the stock is still there", () => {
    add("MUG", 2);
    outliveHold();
    shop.send("inventory", "MUG", { type: "ListProduct", product: product({ unitPriceMinor: 9900 }) });
    expect(checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 2400 } });
    expect(shop.history("cart", "c1")).toContain("LineLapsed");
    expect(shop.history("inventory", "MUG").slice(-5)).toEqual([
      "HoldExpired",
      "ProductListed",
      "HoldPlaced",
      "HoldSecured",
      "HoldSold",
    ]);
  });

  test("keeps the hold that was placed again when the payment is declined", () => {
    add("MUG", 2);
    outliveHold();
    verdict = "declined";
    expect(checkOut()).toMatchObject(refusal("payment_declined"));
    expect(shop.view("cart", "c1")).toMatchObject({
      lines: [{ sku: "MUG", holdExpiresAtMs: shop.nowMs + limits.orderHoldMs }],
    });
    verdict = "authorised";
    expect(checkOut()).toMatchObject({ type: "done" });
  });

  test("with one line gone keeps the others, secured, and waits for their answers", () => {
    add("MUG", 5);
    add("CUP", 1);
    add("CUP", 2);
    outliveHold();
    shop.send("inventory", "MUG", { type: "AdjustStock", quantity: -1, reason: "broken" });
    expect(checkOut()).toMatchObject(refusal("insufficient_stock"));
    expect(shop.history("order", "c1~1")).toEqual(["OrderPlaced", "LineLost", "LineSecured", "OrderRefused"]);
    const holdExpiresAtMs = shop.nowMs + limits.orderHoldMs;
    expect(shop.view("cart", "c1")).toMatchObject({
      lines: [
        { sku: "CUP", holdExpiresAtMs },
        { sku: "CUP", holdExpiresAtMs },
      ],
    });
    expect(bank.payments.size).toBe(0);
  });
});

describe("a hold that ends between payment and sale", () => {
  function loseHoldsWhilePaying(): Receipt {
    const receipt = beginCheckOut();
    deliverUntilCalled("Authorise");
    shop.nowMs += limits.holdTtlMs;
    return receipt;
  }

  test("releases the money and refuses the order", () => {
    add("MUG", 2);
    const receipt = loseHoldsWhilePaying();
    bank.settleAll();
    expect(shop.outcomeOf(receipt)).toMatchObject(refusal("hold_expired"));
    expect(bank.payments.get("c1~1")).toMatchObject({ status: "released" });
    expect(shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [], checkingOut: null });
  });

  test.each([
    ["first", "MUG", "CUP"],
    ["last", "CUP", "MUG"],
  ])("gives back what is sold when the %s line is lost", (_which, early, late) => {
    // The hold of MUG is the one that ends.
    for (const sku of [early, late]) add(sku, 2);
    const line = early === "CUP" ? 1 : 2;
    shop.ask("cart", "c1", { type: "ExtendLine", line });
    const receipt = loseHoldsWhilePaying();
    bank.settleAll();
    expect(shop.outcomeOf(receipt)).toMatchObject(refusal("hold_expired"));
    expect(bank.payments.get("c1~1")).toMatchObject({ status: "released" });
    for (const sku of ["MUG", "CUP"]) expect(shop.view("inventory", sku)).toMatchObject({ available: 5 });
    expect(shop.history("inventory", "CUP").slice(-2)).toEqual(["HoldSold", "StockReturned"]);
    expect(shop.view("cart", "c1")).toMatchObject({ lines: [], checkingOut: null });
    expect(requests()).toEqual([]);
  });

  test("shows the order as selling until everything is given back", () => {
    add("MUG", 1);
    add("CUP", 1);
    shop.ask("cart", "c1", { type: "ExtendLine", line: 2 });
    loseHoldsWhilePaying();
    bank.answerOne();
    while (!shop.history("order", "c1~1").includes("LineLost")) shop.deliverOne();
    expect(shop.view("order", "c1~1")).toMatchObject({ status: "selling" });
    bank.settleAll();
    expect(shop.view("order", "c1~1")).toMatchObject({ status: "refused" });
  });
});

test("an answer that nobody waits for changes nothing", () => {
  add("MUG", 1);
  checkOut();
  const before = shop.snapshot("order", "c1~1");
  for (const command of [
    { type: "PaymentAuthorised", paymentKey: "c1~1", reference: "again" },
    { type: "PaymentDeclined", paymentKey: "c1~1", reason: "late" },
    { type: "PaymentTimedOut", paymentKey: "c1~1" },
    { type: "PaymentCaptured", paymentKey: "c1~1" },
    { type: "PaymentVoided", paymentKey: "c1~1" },
    { type: "PaymentRefunded", paymentKey: "c1~1", refundKey: "c1~1/9" },
    { type: "PaymentCaptured", paymentKey: "c2~1" },
    { type: "LineSecured", line: 1, expiresAtMs: 1 },
    { type: "LineSold", line: 1 },
    { type: "LineRestocked", line: 1, quantity: 1 },
  ] as const)
    shop.ask("order", "c1~1", command);
  expect(shop.snapshot("order", "c1~1")).toEqual(before);
  expect(requests()).toEqual([]);
});
