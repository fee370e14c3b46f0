import { beforeEach, describe, expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { product, sale } from "../testing/products.ts";
import { SingleActor } from "../testing/single-actor.ts";
import { TestInventory, answerOf } from "../testing/test-inventory.ts";
import { addressIn } from "../testing/test-shop.ts";
import { inventoryDecider } from "./inventory.ts";

let mug = new TestInventory(5);

beforeEach(() => {
  mug = new TestInventory(5);
});

describe("placing a hold", () => {
  test("sets stock aside and tells the cart the frozen terms", () => {
    const decision = mug.hold("c1#1", 2);
    expect(decision.messages as unknown).toEqual([
      {
        to: addressIn("cart", "c1"),
        command: {
          type: "HoldAnswered",
          holdId: "c1#1",
          ticket: 7,
          answer: {
            type: "held",
            sku: "MUG",
            title: "Mug",
            quantity: 2,
            unitPriceMinor: 1200,
            currency: "GBP",
            taxBasisPoints: 2000,
            expiresAtMs: mug.nowMs + limits.holdTtlMs,
          },
        },
      },
    ]);
    expect(mug.view()).toMatchObject({ available: 3 });
  });

  test("is refused for a SKU that was never listed", () => {
    const unlisted = new SingleActor(inventoryDecider, addressIn("inventory", "NONE"));
    const command = { type: "PlaceHold", holdId: "c1#1", customer: "ann", quantity: 1, ticket: 7 } as const;
    expect(answerOf(unlisted.run(command))).toMatchObject({
      answer: { refusal: { code: "unknown_sku", field: "sku" } },
    });
    expect(unlisted.view()).toBeUndefined();
  });

  test.each([0, -1, 1.5, Number.NaN, limits.quantityMax + 1])(
    "is refused for a quantity of %p",
    (quantity) => {
      expect(answerOf(mug.hold("c1#1", quantity))).toMatchObject({
        answer: { refusal: { code: "invalid_quantity", field: "quantity" } },
      });
    },
  );

  test("is refused in the singular when one unit is left", () => {
    mug.hold("c1#1", 4);
    expect(answerOf(mug.hold("c2#1", 2))).toMatchObject({
      answer: { refusal: { code: "insufficient_stock", detail: "Only 1 of MUG is left." } },
    });
  });

  test("is refused when too little is left, and says how much that is", () => {
    mug.hold("c1#1", 3);
    expect(answerOf(mug.hold("c2#1", 3))).toMatchObject({
      answer: { refusal: { code: "insufficient_stock", detail: "Only 2 of MUG are left." } },
    });
    mug.hold("c2#1", 2);
    expect(answerOf(mug.hold("c3#1", 1))).toMatchObject({ answer: { refusal: { code: "sold_out" } } });
  });

  test("again with the same quantity changes nothing and answers the same", () => {
    const first = mug.hold("c1#1", 2);
    const second = mug.hold("c1#1", 2);
    expect(second.events).toEqual([]);
    expect(answerOf(second)).toEqual(answerOf(first));
  });

  test("with another quantity changes the hold, not its price or its expiry", () => {
    mug.hold("c1#1", 2);
    const expiresAtMs = mug.nowMs + limits.holdTtlMs;
    mug.nowMs += 60_000;
    const more = mug.hold("c1#1", 5);
    expect(more.events).toEqual([{ type: "HoldResized", holdId: "c1#1", quantity: 5, previousQuantity: 2 }]);
    expect(answerOf(more)).toMatchObject({ answer: { quantity: 5, unitPriceMinor: 1200, expiresAtMs } });
    mug.run({ type: "ListProduct", product: product({ unitPriceMinor: 9900 }) });
    expect(answerOf(mug.hold("c1#1", 1))).toMatchObject({ answer: { quantity: 1, unitPriceMinor: 1200 } });
    expect(mug.view()).toMatchObject({ available: 4 });
  });

  test.each([9900, 900])(
    "does not grow at a price that the product has no more: it costs %d now",
    (price) => {
      mug.hold("c1#1", 2);
      mug.run({ type: "ListProduct", product: product({ unitPriceMinor: price }) });
      const refusal = { code: "price_changed", field: "quantity", values: { sku: "MUG" } };
      expect(answerOf(mug.hold("c1#1", 3))).toMatchObject({ answer: { refusal } });
      expect(answerOf(mug.hold("c1#1", 2))).toMatchObject({ answer: { quantity: 2, unitPriceMinor: 1200 } });
      expect(answerOf(mug.hold("c1#2", 3))).toMatchObject({ answer: { quantity: 3, unitPriceMinor: price } });
    },
  );

  test("with a larger quantity than is left keeps the hold as it is", () => {
    mug.hold("c1#1", 2);
    expect(answerOf(mug.hold("c1#1", 6))).toMatchObject({
      answer: { refusal: { code: "insufficient_stock", detail: "Only 5 of MUG are left." } },
    });
    expect(mug.view()).toMatchObject({ available: 3 });
  });

  test("is refused for now when too many shoppers hold the item", () => {
    mug = new TestInventory(limits.quantityMax);
    for (let line = 1; line <= limits.holdsPerSkuMax; line++) mug.hold(`c1#${line}`, 1);
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject({
      answer: { refusal: { code: "too_many_holds", retryAfterMs: limits.fullRetryMs } },
    });
    expect(answerOf(mug.hold("c1#1", 2))).toMatchObject({ answer: { type: "held" } });
    mug.nowMs += limits.holdTtlMs;
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject({ answer: { type: "held" } });
  });

  test("takes an operator's price before the shop's", () => {
    expect(answerOf(mug.hold("c1#1", 1, { unitPriceMinor: 1 }))).toMatchObject({
      answer: { unitPriceMinor: 1 },
    });
  });

  test("takes the sale's price from its start until before its end", () => {
    const startsAtMs = mug.nowMs + 1_000;
    const endsAtMs = startsAtMs + 1_000;
    mug = new TestInventory(9, { sale: sale(startsAtMs, { endsAtMs }) });
    const prices = [startsAtMs - 1, startsAtMs, endsAtMs - 1, endsAtMs].map((atMs, index) => {
      mug.nowMs = atMs;
      return answerOf(mug.hold(`c${index}#1`, 1));
    });
    expect(prices).toMatchObject([
      { answer: { unitPriceMinor: 1200 } },
      { answer: { unitPriceMinor: 600 } },
      { answer: { unitPriceMinor: 600 } },
      { answer: { unitPriceMinor: 1200 } },
    ]);
  });
});

describe("orders", () => {
  const secure = {
    type: "SecureHold",
    holdId: "c1#1",
    orderId: "c1~1",
    line: 1,
    customer: "ann",
    quantity: 2,
    unitPriceMinor: 700,
  } as const;

  test("securing a live hold keeps it past its own time, at its own price", () => {
    const ownExpiresAtMs = mug.nowMs + limits.holdTtlMs;
    const expiresAtMs = ownExpiresAtMs + limits.lastAttemptMs;
    mug.hold("c1#1", 2);
    mug.nowMs = ownExpiresAtMs - 1;
    expect(mug.run(secure)).toMatchObject({
      events: [{ type: "HoldSecured", holdId: "c1#1", orderId: "c1~1", expiresAtMs, ownExpiresAtMs }],
      messages: [{ to: addressIn("order", "c1~1"), command: { type: "LineSecured", line: 1, expiresAtMs } }],
    });
    expect(mug.dueAtMs()).toBe(expiresAtMs);
  });

  test("securing a hold again, by whichever order, prolongs it no further", () => {
    const untilMs = mug.nowMs + limits.holdTtlMs + limits.lastAttemptMs;
    mug.hold("c1#1", 2);
    mug.nowMs += limits.holdTtlMs - 1;
    mug.run(secure);
    mug.nowMs = untilMs - limits.orderSettleMs;
    expect(answerOf(mug.run({ ...secure, orderId: "c1~2" }))).toEqual({
      type: "LineSecured",
      line: 1,
      expiresAtMs: untilMs,
    });
    expect(mug.dueAtMs()).toBe(untilMs);
    mug.nowMs += 1;
    const late = mug.run({ ...secure, orderId: "c1~3" });
    expect(late.events).toEqual([]);
    expect(answerOf(late)).toMatchObject({
      type: "LineUnavailable",
      line: 1,
      refusal: { code: "hold_ending", field: "lines" },
    });
  });

  test("extending a secured hold prolongs its own time, which an order may then keep it past", () => {
    const ownExpiresAtMs = mug.nowMs + 2 * limits.holdTtlMs;
    mug.hold("c1#1", 2);
    mug.nowMs += limits.holdTtlMs - 1;
    const securedMs = answerOf(mug.run(secure)) as { expiresAtMs: number };
    mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 1 });
    expect(mug.dueAtMs()).toBe(ownExpiresAtMs);
    expect(ownExpiresAtMs).toBeGreaterThan(securedMs.expiresAtMs);
    mug.run({ ...secure, orderId: "c1~2" });
    expect(mug.dueAtMs()).toBe(ownExpiresAtMs + limits.lastAttemptMs);
  });

  test("changing a secured hold's quantity prolongs nothing", () => {
    mug.hold("c1#1", 2);
    mug.run(secure);
    const dueAtMs = mug.dueAtMs();
    mug.nowMs += limits.holdTtlMs;
    expect(answerOf(mug.hold("c1#1", 3))).toMatchObject({ answer: { quantity: 3, expiresAtMs: dueAtMs } });
    expect(mug.dueAtMs()).toBe(dueAtMs);
  });

  test("securing a hold that is gone places it again at the price given, for the order only", () => {
    const expiresAtMs = mug.nowMs + limits.lastAttemptMs;
    const decision = mug.run(secure);
    expect(decision.events).toMatchObject([
      { type: "HoldPlaced", quantity: 2, unitPriceMinor: 700, expiresAtMs: mug.nowMs },
      { type: "HoldSecured", expiresAtMs, ownExpiresAtMs: mug.nowMs },
    ]);
    expect(mug.dueAtMs()).toBe(expiresAtMs);
  });

  test("securing a hold that is gone is refused when the stock is gone as well", () => {
    mug.hold("c2#1", 4);
    expect(answerOf(mug.run(secure))).toMatchObject({
      type: "LineUnavailable",
      refusal: { code: "insufficient_stock" },
    });
    mug.hold("c2#1", 5);
    expect(answerOf(mug.run(secure))).toMatchObject({
      type: "LineUnavailable",
      refusal: { code: "sold_out" },
    });
  });

  test("selling takes the units off the shelf for good; returning puts them back", () => {
    mug.hold("c1#1", 2);
    const sold = mug.run({ type: "SellHold", holdId: "c1#1", orderId: "c1~1", line: 1 });
    expect(sold.events).toEqual([{ type: "HoldSold", holdId: "c1#1", orderId: "c1~1", quantity: 2 }]);
    expect(mug.dueAtMs()).toBeUndefined();
    const back = mug.run({ type: "ReturnStock", orderId: "c1~1", line: 1, customer: "ann", quantity: 1 });
    expect(answerOf(back)).toEqual({ type: "LineRestocked", line: 1, quantity: 1 });
    expect(mug.view()).toMatchObject({ available: 4 });
  });

  test("selling a hold that has ended is refused", () => {
    expect(answerOf(mug.run({ type: "SellHold", holdId: "c1#1", orderId: "c1~1", line: 1 }))).toMatchObject({
      type: "LineUnavailable",
      line: 1,
      refusal: { code: "hold_expired" },
    });
  });
});
