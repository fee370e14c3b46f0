import { beforeEach, describe, expect, test } from "bun:test";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { stock } from "../testing/products.ts";
import { TestShopper } from "../testing/test-shopper.ts";

let ann = new TestShopper();

function refusal(code: string): object {
  return { type: "refused", refusal: { code } };
}

beforeEach(() => {
  ann = new TestShopper();
});

describe("a checkout", () => {
  test("of one line takes four events, and answers once the stock is sold", () => {
    ann.add("MUG", 2);
    expect(ann.checkOut()).toEqual(
      done({ orderId: "c1~1", totalMinor: 2400, taxMinor: 400, currency: "GBP" }),
    );
    expect(ann.shop.history("order", "c1~1")).toEqual([
      "OrderPlaced",
      "PaymentAuthorised",
      "OrderConfirmed",
      "PaymentCaptured",
    ]);
    expect(ann.shop.log("order", "c1~1")[0]?.event).toMatchObject({ paymentToken: null });
    expect(ann.bank.balanceMinor("c1~1")).toBe(2400);
    expect(ann.shop.view("order", "c1~1")).toMatchObject({
      status: "captured",
      customer: "ann",
      refusal: null,
    });
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 3 });
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [], checkingOut: null, orderIds: ["c1~1"] });
  });

  test("answers before the money is taken, never before the stock is sold", () => {
    ann.add("MUG", 2);
    const receipt = ann.beginCheckOut();
    ann.deliverUntilCalled("Authorise");
    ann.bank.answerOne();
    expect(ann.shop.outcomeOf(receipt)).toBeUndefined();
    ann.deliverUntilCalled("Capture");
    ann.shop.deliverAll();
    expect(ann.shop.outcomeOf(receipt)).toMatchObject({ type: "done" });
    expect(ann.shop.view("order", "c1~1")).toMatchObject({ status: "confirmed" });
  });

  test("of two lines that share an item sells both", () => {
    ann.add("MUG", 2);
    ann.add("MUG", 3);
    expect(ann.checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 6000 } });
    expect(ann.shop.history("inventory", "MUG").filter((type) => type === "HoldSold")).toHaveLength(2);
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 0 });
  });

  test("of several items taxes each line on its own", () => {
    ann.add("MUG", 1);
    ann.add("CUP", 1);
    expect(ann.checkOut()).toMatchObject({ reply: { totalMinor: 1455, taxMinor: 200 + 43 } });
  });

  test("of a free item asks no provider", () => {
    stock(ann.shop, "FREE", 1, { unitPriceMinor: 0 });
    ann.add("FREE", 1);
    expect(ann.checkOut()).toMatchObject({ type: "done", reply: { totalMinor: 0 } });
    expect(ann.bank.payments.size).toBe(0);
    expect(ann.shop.view("order", "c1~1")).toMatchObject({ status: "captured" });
  });

  test("twice at once is refused the second time and charged once", () => {
    ann.add("MUG", 1);
    const first = ann.beginCheckOut();
    const second = ann.beginCheckOut();
    ann.bank.settleAll();
    expect(ann.shop.outcomeOf(first)).toMatchObject({ type: "done" });
    expect(ann.shop.outcomeOf(second)).toMatchObject(refusal("checkout_in_progress"));
    expect(ann.bank.payments.size).toBe(1);
  });

  test("keeps a line that arrived after it began for the next order", () => {
    ann.add("MUG", 1);
    ann.shop.send("cart", "c1", { type: "AddLine", customer: "ann", sku: "CUP", quantity: 1 });
    expect(ann.checkOut()).toMatchObject({ reply: { totalMinor: 1200 } });
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
    expect(ann.checkOut()).toMatchObject({ reply: { orderId: "c1~2", totalMinor: 255 } });
  });
});

describe("a payment that fails", () => {
  test("by refusal leaves the cart its holds, and another means of payment works", () => {
    ann.add("MUG", 2);
    ann.verdict = "declined";
    expect(ann.checkOut()).toMatchObject(refusal("payment_declined"));
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ quantity: 2 }], checkingOut: null });
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 3 });
    expect(ann.shop.view("order", "c1~1")).toMatchObject({
      status: "refused",
      refusal: { code: "payment_declined" },
    });
    ann.verdict = "authorised";
    expect(ann.checkOut()).toMatchObject({ type: "done", reply: { orderId: "c1~2" } });
    expect(ann.bank.balanceMinor("c1~1")).toBe(0);
  });

  test("by silence releases the money and leaves the cart its holds", () => {
    ann.add("MUG", 2);
    ann.verdict = "lost";
    expect(ann.checkOut()).toMatchObject(refusal("payment_timeout"));
    expect(ann.bank.payments.get("c1~1")).toMatchObject({ status: "released" });
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ quantity: 2 }] });
  });

  test("while a hold expires takes the line out of the cart", () => {
    ann.add("MUG", 2);
    ann.shop.advance(60_000);
    ann.add("CUP", 1);
    ann.verdict = "declined";
    const receipt = ann.beginCheckOut();
    ann.deliverUntilCalled("Authorise");
    ann.shop.advance(limits.holdTtlMs - 60_000);
    ann.shop.deliverAll();
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "MUG" }, { sku: "CUP" }] });
    ann.bank.settleAll();
    expect(ann.shop.outcomeOf(receipt)).toMatchObject(refusal("payment_declined"));
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [{ sku: "CUP" }], totalMinor: 255 });
  });
});

describe("a hold that ends soon", () => {
  const soonMs = limits.holdTtlMs - limits.orderSettleMs + 1;

  test("is secured before anything is charged", () => {
    ann.add("MUG", 2);
    ann.shop.advance(soonMs);
    ann.add("CUP", 1);
    expect(ann.checkOut()).toMatchObject({ type: "done" });
    expect(ann.shop.history("order", "c1~1")).toEqual([
      "OrderPlaced",
      "OrderSecured",
      "PaymentAuthorised",
      "LineSold",
      "OrderConfirmed",
      "PaymentCaptured",
    ]);
    expect(ann.shop.history("inventory", "CUP")).not.toContain("HoldSecured");
    expect(ann.shop.snapshot("order", "c1~1")).toMatchObject({ paymentToken: null });
  });

  test("with exactly the time to settle is not secured", () => {
    ann.add("MUG", 2);
    ann.shop.advance(soonMs - 1);
    ann.checkOut();
    expect(ann.shop.history("order", "c1~1")).not.toContain("OrderSecured");
  });

  test("lasts on in the cart when the payment is declined", () => {
    const holdExpiresAtMs = ann.shop.nowMs + limits.holdTtlMs + limits.lastAttemptMs;
    ann.add("MUG", 2);
    ann.add("CUP", 1);
    ann.shop.advance(soonMs);
    ann.verdict = "declined";
    ann.checkOut();
    expect(ann.shop.view("cart", "c1")).toMatchObject({
      lines: [
        { sku: "MUG", holdExpiresAtMs },
        { sku: "CUP", holdExpiresAtMs },
      ],
    });
    ann.shop.advance(holdExpiresAtMs - ann.shop.nowMs);
    ann.shop.deliverAll();
    expect(ann.shop.view("cart", "c1")).toMatchObject({ lines: [] });
    expect(ann.shop.view("inventory", "MUG")).toMatchObject({ available: 5 });
  });
});

test("an answer about another payment changes nothing", () => {
  ann.add("MUG", 1);
  ann.beginCheckOut();
  ann.deliverUntilCalled("Authorise");
  ann.shop.ask("order", "c1~1", { type: "PaymentAuthorised", paymentKey: "c1~2", reference: "other" });
  expect(ann.shop.view("order", "c1~1")).toMatchObject({ status: "authorising" });
});

test("an answer that nobody waits for changes nothing", () => {
  ann.add("MUG", 1);
  ann.checkOut();
  const before = ann.shop.snapshot("order", "c1~1");
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
    ann.shop.ask("order", "c1~1", command);
  expect(ann.shop.snapshot("order", "c1~1")).toEqual(before);
  expect(ann.openCalls()).toEqual([]);
});
