import { beforeEach, describe, expect, test } from "bun:test";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { product, sale } from "../testing/products.ts";
import { SingleActor } from "../testing/single-actor.ts";
import { TestInventory, answerOf } from "../testing/test-inventory.ts";
import { addressIn } from "../testing/test-shop.ts";
import { inventoryDecider } from "./inventory.ts";
import type { InventoryEvent, Product } from "./messages.ts";

const address = addressIn("inventory", "MUG");
let mug = new TestInventory(0);

beforeEach(() => {
  mug = new TestInventory(0);
});

describe("listing", () => {
  test("shows the product to everybody", () => {
    expect(mug.list({ title: "Tall mug" }).outcome).toEqual(done({ sku: "MUG" }));
    expect(mug.view()).toEqual({
      sku: "MUG",
      title: "Tall mug",
      category: "kitchen",
      currency: "GBP",
      unitPriceMinor: 1200,
      available: 0,
      sale: null,
      paused: false,
    });
  });

  test("again on the same terms makes no event, on other terms it does", () => {
    mug.list({ sale: sale(5) });
    expect(mug.list({ sale: sale(5) })).toEqual({ events: [], outcome: done({ sku: "MUG" }) });
    expect(mug.list({ sale: null }).events).toHaveLength(1);
  });

  test.each<Partial<Product>>([
    { title: "Cup" },
    { description: "A cup." },
    { category: "hall" },
    { unitPriceMinor: 1 },
    { currency: "EUR" },
    { taxBasisPoints: 1 },
    { sale: sale(6) },
    { sale: sale(5, { id: "drop-2" }) },
    { sale: sale(5, { title: "Another" }) },
    { sale: sale(5, { unitPriceMinor: 1 }) },
    { sale: sale(5, { endsAtMs: 6 }) },
    { sale: sale(5, { limitPerCustomer: 1 }) },
  ])("again with %j makes an event", (terms) => {
    mug.list({ sale: sale(5) });
    expect(mug.list({ sale: sale(5), ...terms }).events).toHaveLength(1);
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
    expect(mug.list(terms)).toMatchObject({
      events: [],
      outcome: { type: "refused", refusal: { code: "invalid_product", field } },
    });
  });

  test.each<Partial<Product>>([
    { title: "M".repeat(limits.titleLengthMax) },
    { description: "", category: "" },
    { description: "M".repeat(limits.descriptionLengthMax) },
    { category: "M".repeat(limits.categoryLengthMax) },
    { unitPriceMinor: 0 },
    { unitPriceMinor: limits.unitPriceMinorMax },
    { taxBasisPoints: 0 },
    { taxBasisPoints: limits.taxBasisPointsMax },
    { sale: sale(0, { unitPriceMinor: 0, limitPerCustomer: 1 }) },
    { sale: sale(5, { endsAtMs: 6, id: "s".repeat(limits.saleIdLengthMax) }) },
  ])("takes the least and the most that the terms may be, case %#", (terms) => {
    expect(mug.list(terms)).toMatchObject({ events: [{ product: terms }], outcome: { type: "done" } });
  });

  test("in another currency is refused while shoppers hold units", () => {
    mug.run({ type: "ReceiveStock", quantity: 1 });
    mug.hold("c1#1", 1);
    expect(mug.list({ currency: "EUR" }).outcome).toMatchObject({
      refusal: { code: "currency_in_use", field: "currency" },
    });
    mug.nowMs += limits.holdTtlMs;
    expect(mug.list({ currency: "EUR" }).outcome).toEqual(done({ sku: "MUG" }));
  });
});

describe("stock", () => {
  test("is received and adjusted, and the reply says what is on hand", () => {
    mug.list({});
    expect(mug.run({ type: "ReceiveStock", quantity: 9 }).outcome).toEqual(done({ sku: "MUG", onHand: 9 }));
    expect(mug.run({ type: "AdjustStock", quantity: -2, reason: "broken" }).outcome).toEqual(
      done({ sku: "MUG", onHand: 7 }),
    );
  });

  test("of a SKU that was never listed is refused", () => {
    for (const command of [
      { type: "ReceiveStock", quantity: 1 },
      { type: "AdjustStock", quantity: 1, reason: "found" },
    ] as const) {
      const unlisted = new SingleActor(inventoryDecider, address);
      expect(unlisted.run(command).outcome).toMatchObject({
        refusal: { code: "unknown_sku", field: "sku" },
      });
    }
  });

  test("cannot be adjusted below what is held", () => {
    mug.run({ type: "ReceiveStock", quantity: 5 });
    mug.hold("c1#1", 3);
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
    mug.list({ sale: sale(mug.nowMs, { limitPerCustomer: 3 }) });
    mug.run({ type: "ReceiveStock", quantity: 100 });
  });

  const refusedByLimit = { answer: { refusal: { code: "limit_per_customer", field: "quantity" } } };

  test("counts what a customer holds and has bought over all carts", () => {
    mug.hold("c1#1", 2);
    expect(answerOf(mug.hold("c2#1", 2))).toMatchObject(refusedByLimit);
    mug.sell("c1#1");
    expect(answerOf(mug.hold("c2#1", 2))).toMatchObject(refusedByLimit);
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject({ answer: { type: "held" } });
    expect(answerOf(mug.hold("c2#1", 2))).toMatchObject(refusedByLimit);
    expect(answerOf(mug.hold("c3#1", 3, { customer: "bob" }))).toMatchObject({ answer: { type: "held" } });
  });

  test("frees what was released, has expired, or came back", () => {
    mug.hold("c1#1", 3);
    mug.run({ type: "ReleaseHold", holdId: "c1#1" });
    mug.hold("c1#2", 3);
    mug.nowMs += limits.holdTtlMs;
    expect(answerOf(mug.hold("c1#3", 3))).toMatchObject({ answer: { type: "held" } });
    mug.sell("c1#3");
    mug.run({ type: "ReturnStock", orderId: "o~1", line: 1, customer: "ann", quantity: 2 });
    expect(answerOf(mug.hold("c1#4", 3))).toMatchObject(refusedByLimit);
    expect(answerOf(mug.hold("c1#4", 2))).toMatchObject({ answer: { type: "held" } });
  });

  test("gives back no more than was bought in the sale, whatever comes back", () => {
    mug.list({ sale: null });
    mug.hold("c1#1", 2);
    mug.sell("c1#1");
    mug.list({ sale: sale(mug.nowMs, { limitPerCustomer: 3 }) });
    mug.hold("c1#2", 1);
    mug.sell("c1#2");
    mug.run({ type: "ReturnStock", orderId: "o~1", line: 1, customer: "ann", quantity: 2 });
    expect(answerOf(mug.hold("c1#3", 4))).toMatchObject(refusedByLimit);
    expect(answerOf(mug.hold("c1#3", 3))).toMatchObject({ answer: { type: "held" } });
  });

  test("starts anew with another sale, and goes on with the same one", () => {
    mug.hold("c1#1", 3);
    mug.list({ sale: sale(mug.nowMs, { limitPerCustomer: 4 }) });
    expect(answerOf(mug.hold("c2#1", 2))).toMatchObject(refusedByLimit);
    mug.list({ sale: sale(mug.nowMs, { id: "drop-2", limitPerCustomer: 3 }) });
    expect(answerOf(mug.hold("c2#1", 3))).toMatchObject({ answer: { type: "held" } });
    // The hold of the first sale no longer counts, so its end gives nothing back.
    mug.run({ type: "ReleaseHold", holdId: "c1#1" });
    expect(answerOf(mug.hold("c2#2", 1))).toMatchObject(refusedByLimit);
  });

  test("remembers no customer without a limit, nor one who holds and has bought nothing", () => {
    const unlimited = new TestInventory(1);
    unlimited.hold("c1#1", 1);
    expect(unlimited.snapshot()).toMatchObject({ allowances: [] });
    mug.hold("c1#1", 3);
    mug.run({ type: "ReleaseHold", holdId: "c1#1" });
    expect(mug.snapshot()).toMatchObject({ allowances: [] });
    mug.hold("c1#2", 1);
    mug.list({ sale: null });
    expect(mug.snapshot()).toMatchObject({ allowances: [] });
    mug.hold("c1#3", 50);
    expect(mug.snapshot()).toMatchObject({ allowances: [] });
  });

  test("does not apply before and after the sale", () => {
    mug.nowMs += 3_600_000;
    expect(answerOf(mug.hold("c1#1", 50))).toMatchObject({ answer: { type: "held" } });
  });

  test("still applies after the sale to a hold that has its price", () => {
    mug.nowMs += 3_599_999;
    mug.hold("c1#1", 3);
    mug.nowMs += 1;
    expect(answerOf(mug.hold("c1#1", 4))).toMatchObject(refusedByLimit);
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
        sale_waiting_room: null,
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
