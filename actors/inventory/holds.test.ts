import { beforeEach, describe, expect, test } from "bun:test";
import type { Decision } from "../../engine/contract/decider.ts";
import { limits } from "../limits.ts";
import { product, sale } from "../testing/products.ts";
import { SingleActor } from "../testing/single-actor.ts";
import { addressIn } from "../testing/test-shop.ts";
import { inventoryDecider } from "./inventory.ts";
import type { InventoryEvent, Product } from "./messages.ts";

let mug = actor(0);

function actor(quantity: number, terms: Partial<Product> = {}) {
  const made = new SingleActor(inventoryDecider, addressIn("inventory", "MUG"));
  made.run({ type: "ListProduct", product: product(terms) });
  if (quantity > 0) made.run({ type: "ReceiveStock", quantity });
  return made;
}

function hold(holdId: string, quantity: number, unitPriceMinor?: number): Decision<InventoryEvent> {
  const price = unitPriceMinor === undefined ? {} : { unitPriceMinor };
  return mug.run({ type: "PlaceHold", holdId, customer: "ann", quantity, ticket: 7, ...price });
}

function answerOf(decision: Decision<InventoryEvent>): unknown {
  return decision.messages?.at(-1)?.command;
}

function typesOf(decision: Decision<InventoryEvent>): string[] {
  return decision.events.map(({ type }) => type);
}

function shown(): unknown {
  return mug.view();
}

beforeEach(() => {
  mug = actor(5);
});

describe("placing a hold", () => {
  test("sets stock aside and tells the cart the frozen terms", () => {
    const decision = hold("c1#1", 2);
    expect<unknown>(decision.messages).toEqual([
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
    expect(shown()).toMatchObject({ available: 3 });
  });

  test("is refused for a SKU that was never listed", () => {
    mug = new SingleActor(inventoryDecider, addressIn("inventory", "NONE"));
    expect(answerOf(hold("c1#1", 1))).toMatchObject({
      answer: { refusal: { code: "unknown_sku", field: "sku" } },
    });
    expect(mug.view()).toBeUndefined();
  });

  test.each([0, -1, 1.5, Number.NaN, limits.quantityMax + 1])(
    "is refused for a quantity of %p",
    (quantity) => {
      expect(answerOf(hold("c1#1", quantity))).toMatchObject({
        answer: { refusal: { code: "invalid_quantity", field: "quantity" } },
      });
    },
  );

  test("is refused when too little is left, and says how much that is", () => {
    hold("c1#1", 3);
    expect(answerOf(hold("c2#1", 3))).toMatchObject({
      answer: { refusal: { code: "insufficient_stock", detail: "Only 2 of MUG are left." } },
    });
    hold("c2#1", 2);
    expect(answerOf(hold("c3#1", 1))).toMatchObject({ answer: { refusal: { code: "sold_out" } } });
  });

  test("again with the same quantity changes nothing and answers the same", () => {
    const first = hold("c1#1", 2);
    const second = hold("c1#1", 2);
    expect(second.events).toEqual([]);
    expect(answerOf(second)).toEqual(answerOf(first));
  });

  test("with another quantity changes the hold, not its price or its expiry", () => {
    hold("c1#1", 2);
    const expiresAtMs = mug.nowMs + limits.holdTtlMs;
    mug.nowMs += 60_000;
    mug.run({ type: "ListProduct", product: product({ unitPriceMinor: 9900 }) });
    const more = hold("c1#1", 5);
    expect(more.events).toEqual([{ type: "HoldResized", holdId: "c1#1", quantity: 5, previousQuantity: 2 }]);
    expect(answerOf(more)).toMatchObject({ answer: { quantity: 5, unitPriceMinor: 1200, expiresAtMs } });
    expect(typesOf(hold("c1#1", 1))).toEqual(["HoldResized"]);
    expect(shown()).toMatchObject({ available: 4 });
  });

  test("with a larger quantity than is left keeps the hold as it is", () => {
    hold("c1#1", 2);
    expect(answerOf(hold("c1#1", 6))).toMatchObject({
      answer: { refusal: { code: "insufficient_stock", detail: "Only 5 of MUG are left." } },
    });
    expect(shown()).toMatchObject({ available: 3 });
  });

  test("takes an operator's price before the shop's", () => {
    expect(answerOf(hold("c1#1", 1, 1))).toMatchObject({ answer: { unitPriceMinor: 1 } });
  });

  test("takes the sale's price from its start until before its end", () => {
    const startsAtMs = mug.nowMs + 1_000;
    const endsAtMs = startsAtMs + 1_000;
    mug = actor(9, { sale: sale(startsAtMs, { endsAtMs }) });
    const prices = [startsAtMs - 1, startsAtMs, endsAtMs - 1, endsAtMs].map((atMs, index) => {
      mug.nowMs = atMs;
      return answerOf(hold(`c${index}#1`, 1));
    });
    expect(prices).toMatchObject([
      { answer: { unitPriceMinor: 1200 } },
      { answer: { unitPriceMinor: 600 } },
      { answer: { unitPriceMinor: 600 } },
      { answer: { unitPriceMinor: 1200 } },
    ]);
  });
});

describe("the end of a hold", () => {
  test("comes at its expiry by a wake-up, once, and its cart is told", () => {
    hold("c1#1", 2);
    const dueAtMs = mug.nowMs + limits.holdTtlMs;
    expect(mug.dueAtMs()).toBe(dueAtMs);
    mug.nowMs = dueAtMs - 1;
    expect(mug.wake().events).toEqual([]);
    mug.nowMs = dueAtMs;
    expect(mug.wake()).toMatchObject({
      events: [{ type: "HoldExpired", holdId: "c1#1", quantity: 2 }],
      messages: [{ to: addressIn("cart", "c1"), command: { type: "LineExpired", holdId: "c1#1" } }],
    });
    expect(mug.wake().events).toEqual([]);
    expect(mug.dueAtMs()).toBeUndefined();
    expect(shown()).toMatchObject({ available: 5 });
  });

  test("counts for a command at its expiry, before the wake-up has come", () => {
    hold("c1#1", 5);
    mug.nowMs += limits.holdTtlMs;
    const decision = hold("c2#1", 5);
    expect(typesOf(decision)).toEqual(["HoldExpired", "HoldPlaced"]);
    expect(shown()).toMatchObject({ available: 0 });
  });

  test("a command for the hold itself sees it as gone", () => {
    for (const [index, run] of [
      () => mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 1 }),
      () => mug.run({ type: "SellHold", holdId: "c1#1", orderId: "c1~1", line: 1 }),
      () => mug.run({ type: "ReleaseHold", holdId: "c1#1" }),
    ].entries()) {
      mug = actor(5);
      hold("c1#1", 5);
      mug.nowMs += limits.holdTtlMs;
      expect([index, typesOf(run())]).toEqual([index, ["HoldExpired"]]);
    }
  });

  test("a refused command still ends the holds that are due", () => {
    hold("c1#1", 5);
    mug.nowMs += limits.holdTtlMs;
    expect(typesOf(mug.run({ type: "ReceiveStock", quantity: 0 }))).toEqual(["HoldExpired"]);
  });

  test("several due holds end in one decision, the earliest first", () => {
    hold("c2#1", 1);
    mug.nowMs += 1;
    hold("c1#1", 1);
    hold("c0#1", 1);
    mug.nowMs += limits.holdTtlMs;
    expect(mug.wake().events).toMatchObject([{ holdId: "c2#1" }, { holdId: "c0#1" }, { holdId: "c1#1" }]);
  });

  test("by release happens once; an unknown hold is ignored", () => {
    hold("c1#1", 2);
    expect(typesOf(mug.run({ type: "ReleaseHold", holdId: "c1#1" }))).toEqual(["HoldReleased"]);
    expect(mug.run({ type: "ReleaseHold", holdId: "c1#1" }).events).toEqual([]);
    expect(mug.dueAtMs()).toBeUndefined();
  });
});

describe("extending", () => {
  test("gives the same length once more, and only once", () => {
    hold("c1#1", 1);
    const expiresAtMs = mug.nowMs + 2 * limits.holdTtlMs;
    mug.nowMs += 60_000;
    expect(answerOf(mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 3 }))).toEqual({
      type: "ExtensionAnswered",
      holdId: "c1#1",
      ticket: 3,
      answer: { type: "extended", expiresAtMs },
    });
    expect(mug.dueAtMs()).toBe(expiresAtMs);
    expect(answerOf(mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 4 }))).toMatchObject({
      answer: { refusal: { code: "already_extended" } },
    });
    expect(answerOf(mug.run({ type: "ExtendHold", holdId: "c9#1", ticket: 5 }))).toMatchObject({
      answer: { refusal: { code: "hold_not_found" } },
    });
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

  test("securing a live hold prolongs it, at its own price", () => {
    hold("c1#1", 2);
    mug.nowMs += limits.holdTtlMs - 1;
    const expiresAtMs = mug.nowMs + limits.orderHoldMs;
    expect(mug.run(secure)).toMatchObject({
      events: [{ type: "HoldSecured", holdId: "c1#1", orderId: "c1~1", expiresAtMs }],
      messages: [{ to: addressIn("order", "c1~1"), command: { type: "LineSecured", line: 1, expiresAtMs } }],
    });
    expect(mug.dueAtMs()).toBe(expiresAtMs);
  });

  test("securing never shortens a hold", () => {
    hold("c1#1", 2);
    mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 1 });
    const dueAtMs = mug.dueAtMs();
    mug.run(secure);
    expect(mug.dueAtMs()).toBe(dueAtMs);
  });

  test("securing a hold that is gone places it again at the price given", () => {
    const decision = mug.run(secure);
    expect(decision.events).toMatchObject([
      { type: "HoldPlaced", quantity: 2, unitPriceMinor: 700 },
      { type: "HoldSecured" },
    ]);
  });

  test("securing a hold that is gone is refused when the stock is gone as well", () => {
    hold("c2#1", 4);
    expect(answerOf(mug.run(secure))).toMatchObject({
      type: "LineUnavailable",
      refusal: { code: "insufficient_stock" },
    });
    hold("c2#1", 5);
    expect(answerOf(mug.run(secure))).toMatchObject({
      type: "LineUnavailable",
      refusal: { code: "sold_out" },
    });
  });

  test("selling takes the units off the shelf for good; returning puts them back", () => {
    hold("c1#1", 2);
    const sold = mug.run({ type: "SellHold", holdId: "c1#1", orderId: "c1~1", line: 1 });
    expect(sold.events).toEqual([{ type: "HoldSold", holdId: "c1#1", orderId: "c1~1", quantity: 2 }]);
    expect(mug.dueAtMs()).toBeUndefined();
    const back = mug.run({ type: "ReturnStock", orderId: "c1~1", line: 1, customer: "ann", quantity: 1 });
    expect(answerOf(back)).toEqual({ type: "LineRestocked", line: 1, quantity: 1 });
    expect(shown()).toMatchObject({ available: 4 });
  });

  test("selling a hold that has ended is refused", () => {
    expect(answerOf(mug.run({ type: "SellHold", holdId: "c1#1", orderId: "c1~1", line: 1 }))).toMatchObject({
      type: "LineUnavailable",
      line: 1,
      refusal: { code: "hold_expired" },
    });
  });
});
