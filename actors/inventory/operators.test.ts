import { beforeEach, describe, expect, test } from "bun:test";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import type { Decision } from "../../engine/contract/decider.ts";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { product, sale } from "../testing/products.ts";
import { SingleActor } from "../testing/single-actor.ts";
import { addressIn } from "../testing/test-shop.ts";
import { inventoryDecider } from "./inventory.ts";
import type { InventoryEvent, Product } from "./messages.ts";

const address = addressIn("inventory", "MUG");
let mug = new SingleActor(inventoryDecider, address);

function list(terms: Partial<Product>): Decision<InventoryEvent> {
  return mug.run({ type: "ListProduct", product: product(terms) });
}

function hold(holdId: string, customer: string, quantity: number): Decision<InventoryEvent> {
  return mug.run({ type: "PlaceHold", holdId, customer, quantity, ticket: 1 });
}

function sell(holdId: string): Decision<InventoryEvent> {
  return mug.run({ type: "SellHold", holdId, orderId: "o~1", line: 1 });
}

function answerOf(decision: Decision<InventoryEvent>): unknown {
  return decision.messages?.at(-1)?.command;
}

beforeEach(() => {
  mug = new SingleActor(inventoryDecider, address);
});

describe("listing", () => {
  test("shows the product to everybody", () => {
    expect(list({}).outcome).toEqual(done({ sku: "MUG" }));
    expect(mug.view()).toEqual({
      sku: "MUG",
      title: "Mug",
      category: "kitchen",
      currency: "GBP",
      unitPriceMinor: 1200,
      available: 0,
      sale: null,
    });
  });

  test("again on the same terms makes no event, on other terms it does", () => {
    list({ sale: sale(5) });
    expect(list({ sale: sale(5) })).toEqual({ events: [], outcome: done({ sku: "MUG" }) });
    expect(list({ sale: sale(6) }).events).toHaveLength(1);
    expect(list({ sale: null }).events).toHaveLength(1);
    expect(list({ title: "Cup" }).events).toHaveLength(1);
  });

  test.each<[string, Partial<Product>]>([
    ["title", { title: "" }],
    ["title", { title: "x".repeat(limits.titleLengthMax + 1) }],
    ["description", { description: "x".repeat(limits.descriptionLengthMax + 1) }],
    ["category", { category: "x".repeat(limits.categoryLengthMax + 1) }],
    ["unitPriceMinor", { unitPriceMinor: -1 }],
    ["unitPriceMinor", { unitPriceMinor: 0.5 }],
    ["unitPriceMinor", { unitPriceMinor: limits.unitPriceMinorMax + 1 }],
    ["currency", { currency: "QQQ" }],
    ["taxBasisPoints", { taxBasisPoints: -1 }],
    ["taxBasisPoints", { taxBasisPoints: limits.taxBasisPointsMax + 1 }],
    ["sale.id", { sale: sale(1, { id: "" }) }],
    ["sale.title", { sale: sale(1, { title: "" }) }],
    ["sale.unitPriceMinor", { sale: sale(1, { unitPriceMinor: -1 }) }],
    ["sale.startsAtMs", { sale: sale(-1) }],
    ["sale.endsAtMs", { sale: sale(5, { endsAtMs: 5 }) }],
    ["sale.limitPerCustomer", { sale: sale(1, { limitPerCustomer: 0 }) }],
  ])("is refused for a wrong %s", (field, terms) => {
    expect(list(terms)).toMatchObject({
      events: [],
      outcome: { type: "refused", refusal: { code: "invalid_product", field } },
    });
  });

  test("in another currency is refused while shoppers hold units", () => {
    list({});
    mug.run({ type: "ReceiveStock", quantity: 1 });
    hold("c1#1", "ann", 1);
    expect(list({ currency: "EUR" }).outcome).toMatchObject({
      refusal: { code: "currency_in_use", field: "currency" },
    });
    mug.nowMs += limits.holdTtlMs;
    expect(list({ currency: "EUR" }).outcome).toEqual(done({ sku: "MUG" }));
  });
});

describe("stock", () => {
  test("is received and adjusted, and the reply says what is on hand", () => {
    list({});
    expect(mug.run({ type: "ReceiveStock", quantity: 9 }).outcome).toEqual(done({ sku: "MUG", onHand: 9 }));
    expect(mug.run({ type: "AdjustStock", quantity: -2, reason: "broken" }).outcome).toEqual(
      done({ sku: "MUG", onHand: 7 }),
    );
  });

  test("of a SKU that was never listed is refused", () => {
    for (const command of [
      { type: "ReceiveStock", quantity: 1 },
      { type: "AdjustStock", quantity: 1, reason: "found" },
    ] as const)
      expect(mug.run(command).outcome).toMatchObject({ refusal: { code: "unknown_sku", field: "sku" } });
  });

  test("cannot be adjusted below what is held", () => {
    list({});
    mug.run({ type: "ReceiveStock", quantity: 5 });
    hold("c1#1", "ann", 3);
    expect(mug.run({ type: "AdjustStock", quantity: -3, reason: "theft" }).outcome).toMatchObject({
      refusal: { code: "insufficient_stock", detail: "Only 2 of MUG are neither sold nor held." },
    });
    expect(mug.run({ type: "AdjustStock", quantity: -2, reason: "theft" }).outcome).toEqual(
      done({ sku: "MUG", onHand: 3 }),
    );
  });

  test.each([0, 0.5, limits.quantityMax + 1, -limits.quantityMax - 1, Number.NaN])(
    "cannot be adjusted by %p",
    (quantity) => {
      list({});
      expect(mug.run({ type: "AdjustStock", quantity, reason: "x" }).outcome).toMatchObject({
        refusal: { code: "invalid_quantity", field: "quantity" },
      });
    },
  );

  test("an event that would oversell breaks the invariant", () => {
    const state = inventoryDecider.initial(address);
    inventoryDecider.evolve(state, { type: "ProductListed", product: product() }, 0);
    const oversell: InventoryEvent = {
      type: "HoldPlaced",
      holdId: "c1#1",
      customer: "ann",
      quantity: 1,
      unitPriceMinor: 1,
      expiresAtMs: 1,
    };
    expect(() => inventoryDecider.evolve(state, oversell, 0)).toThrow(InvariantBroken);
  });
});

describe("a limit per customer", () => {
  beforeEach(() => {
    list({ sale: sale(mug.nowMs, { limitPerCustomer: 3 }) });
    mug.run({ type: "ReceiveStock", quantity: 100 });
  });

  const refusedByLimit = { answer: { refusal: { code: "limit_per_customer", field: "quantity" } } };

  test("counts what a customer holds and has bought over all carts", () => {
    hold("c1#1", "ann", 2);
    expect(answerOf(hold("c2#1", "ann", 2))).toMatchObject(refusedByLimit);
    sell("c1#1");
    expect(answerOf(hold("c2#1", "ann", 2))).toMatchObject(refusedByLimit);
    expect(answerOf(hold("c2#1", "ann", 1))).toMatchObject({ answer: { type: "held" } });
    expect(answerOf(hold("c2#1", "ann", 2))).toMatchObject(refusedByLimit);
    expect(answerOf(hold("c3#1", "bob", 3))).toMatchObject({ answer: { type: "held" } });
  });

  test("frees what was released, has expired, or came back", () => {
    hold("c1#1", "ann", 3);
    mug.run({ type: "ReleaseHold", holdId: "c1#1" });
    hold("c1#2", "ann", 3);
    mug.nowMs += limits.holdTtlMs;
    expect(answerOf(hold("c1#3", "ann", 3))).toMatchObject({ answer: { type: "held" } });
    sell("c1#3");
    mug.run({ type: "ReturnStock", orderId: "o~1", line: 1, customer: "ann", quantity: 2 });
    expect(answerOf(hold("c1#4", "ann", 3))).toMatchObject(refusedByLimit);
    expect(answerOf(hold("c1#4", "ann", 2))).toMatchObject({ answer: { type: "held" } });
  });

  test("starts anew with another sale, and goes on with the same one", () => {
    hold("c1#1", "ann", 3);
    list({ sale: sale(mug.nowMs, { limitPerCustomer: 4 }) });
    expect(answerOf(hold("c2#1", "ann", 2))).toMatchObject(refusedByLimit);
    list({ sale: sale(mug.nowMs, { id: "drop-2", limitPerCustomer: 3 }) });
    expect(answerOf(hold("c2#1", "ann", 3))).toMatchObject({ answer: { type: "held" } });
    // The hold of the first sale no longer counts, so its end gives nothing back.
    mug.run({ type: "ReleaseHold", holdId: "c1#1" });
    expect(answerOf(hold("c2#2", "ann", 1))).toMatchObject(refusedByLimit);
  });

  test("remembers no customer without a limit, nor one who holds and has bought nothing", () => {
    hold("c1#1", "ann", 3);
    mug.run({ type: "ReleaseHold", holdId: "c1#1" });
    expect(mug.snapshot()).toMatchObject({ allowances: [] });
    hold("c1#2", "ann", 1);
    list({ sale: null });
    expect(mug.snapshot()).toMatchObject({ allowances: [] });
    hold("c1#3", "ann", 50);
    expect(mug.snapshot()).toMatchObject({ allowances: [] });
  });

  test("does not apply before and after the sale", () => {
    mug.nowMs += 3_600_000;
    expect(answerOf(hold("c1#1", "ann", 50))).toMatchObject({ answer: { type: "held" } });
  });

  test("still applies after the sale to a hold that has its price", () => {
    mug.nowMs += 3_599_999;
    hold("c1#1", "ann", 3);
    mug.nowMs += 1;
    expect(answerOf(hold("c1#1", "ann", 4))).toMatchObject(refusedByLimit);
  });
});

test("the read model gets every term, and what changes the counts", () => {
  const rows = (event: InventoryEvent) => inventoryDecider.project(event, address, 0);
  expect(rows({ type: "ProductListed", product: product({ sale: sale(5) }) })).toEqual([
    {
      model: "stock",
      tenant: "shop",
      id: "MUG",
      set: {
        title: "Mug",
        description: "A mug.",
        category: "kitchen",
        currency: "GBP",
        unit_price_minor: 1200,
        sale_id: "drop-1",
        sale_title: "The drop",
        sale_unit_price_minor: 600,
        sale_starts_at_ms: 5,
        sale_ends_at_ms: 3_600_005,
        sale_limit_per_customer: null,
      },
    },
  ]);
  expect(rows({ type: "HoldSold", holdId: "c1#1", orderId: "c1~1", quantity: 2 })).toEqual([
    { model: "stock", tenant: "shop", id: "MUG", add: { held: -2, sold: 2 } },
  ]);
  expect(rows({ type: "HoldResized", holdId: "c1#1", quantity: 2, previousQuantity: 5 })).toEqual([
    { model: "stock", tenant: "shop", id: "MUG", add: { held: -3 } },
  ]);
  expect(rows({ type: "HoldExtended", holdId: "c1#1", expiresAtMs: 1 })).toEqual([]);
});
