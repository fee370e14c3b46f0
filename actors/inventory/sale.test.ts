import { beforeEach, describe, expect, test } from "bun:test";
import { done } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { product, sale } from "../testing/products.ts";
import { SingleActor } from "../testing/single-actor.ts";
import { TestInventory, answerOf, typesOf } from "../testing/test-inventory.ts";
import { addressIn } from "../testing/test-shop.ts";
import { inventoryDecider } from "./inventory.ts";
import type { InventoryEvent, SaleCommand } from "./messages.ts";

const answered = done({ sku: "MUG" });
const changesNothing = { events: [], outcome: answered };
let mug = new TestInventory(5);

beforeEach(() => {
  mug = new TestInventory(5);
});

function refusedWith(code: string, field: string, values?: object) {
  return {
    events: [],
    outcome: { type: "refused", refusal: { code, field, ...(values === undefined ? {} : { values }) } },
  };
}

test.each<SaleCommand>([
  { type: "SetSale", sale: sale(5) },
  { type: "ChangeSalePrice", saleId: "drop-1", unitPriceMinor: 1 },
  { type: "EndSale", saleId: "drop-1" },
  { type: "PauseSelling", reason: "fire" },
  { type: "ResumeSelling" },
])("$type of a product that was never listed is refused", (command) => {
  const unlisted = new SingleActor(inventoryDecider, addressIn("inventory", "MUG"));
  expect(unlisted.run(command)).toMatchObject(refusedWith("unknown_sku", "sku"));
});

describe("a sale", () => {
  const { sale: _sale, ...silent } = product({ title: "Tall mug" });

  test("stays where the product is listed by who says nothing of sales, and is none when it never had one", () => {
    expect(mug.run({ type: "ListProduct", product: silent }).events).toEqual([
      { type: "ProductListed", product: product({ title: "Tall mug", sale: null }) },
    ]);
    mug.run({ type: "SetSale", sale: sale(5) });
    expect(mug.run({ type: "ListProduct", product: silent })).toEqual(changesNothing);
    expect(mug.run({ type: "ListProduct", product: { ...silent, title: "Mug" } }).events).toEqual([
      { type: "ProductListed", product: product({ title: "Mug", sale: sale(5) }) },
    ]);
    expect(mug.list({ sale: null }).events).toHaveLength(1);
    expect(mug.view()).toMatchObject({ sale: null });
  });

  test("that is not over keeps its currency: who lists the product in another one says what becomes of it", () => {
    const euros = { ...silent, currency: "EUR" };
    mug.run({ type: "SetSale", sale: sale(mug.nowMs + 1_000) });
    expect(mug.run({ type: "ListProduct", product: euros })).toMatchObject(
      refusedWith("currency_in_use", "currency", { sku: "MUG", productCurrency: "GBP" }),
    );
    expect(mug.run({ type: "ListProduct", product: { ...euros, sale: null } }).events).toHaveLength(1);
  });

  test("is set without touching the product's other terms, and again without an event", () => {
    mug.list({ title: "Tall mug", unitPriceMinor: 900 });
    const soon = sale(mug.nowMs + 1_000);
    expect(mug.run({ type: "SetSale", sale: soon })).toEqual({
      events: [{ type: "SaleSet", sale: soon }],
      outcome: answered,
    });
    expect(mug.run({ type: "SetSale", sale: soon })).toEqual(changesNothing);
    expect(mug.view()).toMatchObject({ title: "Tall mug", unitPriceMinor: 900, sale: soon });
  });

  test("takes other terms under its id", () => {
    mug.run({ type: "SetSale", sale: sale(mug.nowMs) });
    const longer = sale(mug.nowMs, { endsAtMs: mug.nowMs + 9_000_000, title: "Longer" });
    expect(mug.run({ type: "SetSale", sale: longer }).events).toEqual([{ type: "SaleSet", sale: longer }]);
  });

  test("is refused while another one is coming or on, and takes its place once that is over", () => {
    const first = sale(mug.nowMs + 1_000);
    const second = sale(mug.nowMs, { id: "drop-2" });
    mug.run({ type: "SetSale", sale: first });
    const refusal = refusedWith("other_sale", "sale.id", { sku: "MUG", sale: "drop-1" });
    expect(mug.run({ type: "SetSale", sale: second })).toMatchObject(refusal);
    mug.nowMs = first.endsAtMs - 1;
    expect(mug.run({ type: "SetSale", sale: second })).toMatchObject(refusal);
    mug.nowMs += 1;
    expect(typesOf(mug.run({ type: "SetSale", sale: second }))).toEqual(["SaleSet"]);
  });

  test.each([
    ["sale.id", sale(1, { id: "" })],
    ["sale.unitPriceMinor", sale(1, { unitPriceMinor: 0.5 })],
    ["sale.endsAtMs", sale(1, { endsAtMs: 1 })],
    ["sale.limitPerCustomer", sale(1, { limitPerCustomer: 0 })],
  ])("is refused for a wrong %s", (field, terms) => {
    expect(mug.run({ type: "SetSale", sale: terms })).toMatchObject(refusedWith("invalid_product", field));
  });

  test("goes on counting its limit when its terms change, and begins anew under another id", () => {
    mug.run({ type: "SetSale", sale: sale(mug.nowMs, { limitPerCustomer: 2 }) });
    mug.hold("c1#1", 2);
    mug.run({ type: "ChangeSalePrice", saleId: "drop-1", unitPriceMinor: 500 });
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject({
      answer: { refusal: { code: "limit_per_customer" } },
    });
    mug.nowMs += 1;
    mug.run({ type: "EndSale", saleId: "drop-1" });
    mug.run({ type: "SetSale", sale: sale(mug.nowMs, { id: "drop-2", limitPerCustomer: 2 }) });
    expect(answerOf(mug.hold("c2#1", 2))).toMatchObject({ answer: { type: "held" } });
  });
});

describe("the price of a sale", () => {
  beforeEach(() => mug.run({ type: "SetSale", sale: sale(mug.nowMs) }));

  test("changes for what is held from then on; what is held keeps its own", () => {
    mug.hold("c1#1", 1);
    expect(mug.run({ type: "ChangeSalePrice", saleId: "drop-1", unitPriceMinor: 700 })).toEqual({
      events: [{ type: "SaleSet", sale: sale(mug.nowMs, { unitPriceMinor: 700 }) }],
      outcome: answered,
    });
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject({ answer: { unitPriceMinor: 700 } });
    expect(answerOf(mug.hold("c1#1", 2))).toMatchObject({ answer: { refusal: { code: "price_changed" } } });
    expect(mug.run({ type: "ChangeSalePrice", saleId: "drop-1", unitPriceMinor: 700 })).toEqual(
      changesNothing,
    );
  });

  test("is not changed in another sale, nor to a number that is no price", () => {
    expect(mug.run({ type: "ChangeSalePrice", saleId: "drop-2", unitPriceMinor: 700 })).toMatchObject(
      refusedWith("sale_not_found", "saleId", { sku: "MUG", sale: "drop-2" }),
    );
    expect(mug.run({ type: "ChangeSalePrice", saleId: "drop-1", unitPriceMinor: -1 })).toMatchObject(
      refusedWith("invalid_product", "unitPriceMinor"),
    );
    mug.list({ sale: null });
    expect(mug.run({ type: "ChangeSalePrice", saleId: "drop-1", unitPriceMinor: 700 })).toMatchObject(
      refusedWith("sale_not_found", "saleId"),
    );
  });
});

describe("the end of a sale", () => {
  test("is now for one that is on, and stays with the product", () => {
    const startsAtMs = mug.nowMs;
    mug.run({ type: "SetSale", sale: sale(startsAtMs) });
    mug.nowMs += 60_000;
    const over = sale(startsAtMs, { endsAtMs: mug.nowMs });
    expect(mug.run({ type: "EndSale", saleId: "drop-1" }).events).toEqual([{ type: "SaleSet", sale: over }]);
    expect(answerOf(mug.hold("c1#1", 1))).toMatchObject({ answer: { unitPriceMinor: 1200 } });
    mug.nowMs += 60_000;
    expect(mug.run({ type: "EndSale", saleId: "drop-1" })).toEqual(changesNothing);
    expect(mug.view()).toMatchObject({ sale: over });
  });

  test("takes a sale off that has not begun, or begins this moment", () => {
    for (const startsAtMs of [mug.nowMs + 1, mug.nowMs]) {
      mug.run({ type: "SetSale", sale: sale(startsAtMs) });
      expect(mug.run({ type: "EndSale", saleId: "drop-1" }).events).toEqual([
        { type: "SaleSet", sale: null },
      ]);
      expect(mug.run({ type: "EndSale", saleId: "drop-1" })).toEqual(changesNothing);
    }
  });

  test("is not that of another sale", () => {
    mug.run({ type: "SetSale", sale: sale(mug.nowMs, { id: "drop-2" }) });
    expect(mug.run({ type: "EndSale", saleId: "drop-1" })).toMatchObject(
      refusedWith("sale_not_found", "saleId", { sku: "MUG", sale: "drop-1" }),
    );
  });
});

describe("while selling is paused", () => {
  const isPaused = { answer: { refusal: { code: "selling_paused", field: "sku", values: { sku: "MUG" } } } };

  beforeEach(() => {
    mug.hold("c1#1", 2);
    mug.run({ type: "PauseSelling", reason: "wrong price" });
  });

  test("nothing new is held, and nothing grows", () => {
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject(isPaused);
    expect(answerOf(mug.hold("c2#1", 1, { unitPriceMinor: 5 }))).toMatchObject(isPaused);
    expect(answerOf(mug.hold("c2#1", 99))).toMatchObject(isPaused);
    expect(answerOf(mug.hold("c1#1", 3))).toMatchObject(isPaused);
  });

  test("nobody is told a time at which to ask again", () => {
    expect(answerOf(mug.hold("c2#1", 1))).not.toHaveProperty("answer.refusal.retryAfterMs");
  });

  test("what is held is asked for again, reduced, extended, secured and sold as ever", () => {
    expect(answerOf(mug.hold("c1#1", 2))).toMatchObject({ answer: { type: "held" } });
    expect(answerOf(mug.hold("c1#1", 1))).toMatchObject({ answer: { type: "held" } });
    expect(typesOf(mug.run({ type: "ExtendHold", holdId: "c1#1", ticket: 1 }))).toEqual(["HoldExtended"]);
    const line = { orderId: "c1~1", line: 1, customer: "ann", quantity: 1, unitPriceMinor: 1200 };
    expect(typesOf(mug.run({ type: "SecureHold", holdId: "c1#1", ...line }))).toEqual(["HoldSecured"]);
    expect(typesOf(mug.sell("c1#1"))).toEqual(["HoldSold"]);
  });

  test("a hold whose time was over before its order came is not placed again", () => {
    mug.nowMs += limits.holdTtlMs;
    const line = { orderId: "c1~1", line: 1, customer: "ann", quantity: 2, unitPriceMinor: 1200 };
    const decision = mug.run({ type: "SecureHold", holdId: "c1#1", ...line });
    expect(typesOf(decision)).toEqual(["HoldExpired"]);
    expect(answerOf(decision)).toMatchObject({
      type: "LineUnavailable",
      refusal: { code: "selling_paused" },
    });
  });

  test("stock comes and goes, and the product can be listed anew without being sold", () => {
    expect(mug.run({ type: "ReceiveStock", quantity: 5 }).outcome).toEqual(done({ sku: "MUG", onHand: 10 }));
    mug.run({ type: "AdjustStock", quantity: -1, reason: "broken" });
    mug.list({ title: "Tall mug" });
    expect(mug.view()).toMatchObject({ title: "Tall mug", available: 7, paused: true });
  });

  test("a second pause changes nothing, its reason included, and neither does a second return", () => {
    expect(mug.run({ type: "PauseSelling", reason: "another" })).toEqual(changesNothing);
    expect(mug.snapshot()).toMatchObject({ pause: { reason: "wrong price", sinceMs: mug.nowMs } });
    expect(mug.run({ type: "ResumeSelling" })).toEqual({
      events: [{ type: "SellingResumed" }],
      outcome: answered,
    });
    expect(mug.run({ type: "ResumeSelling" })).toEqual(changesNothing);
    expect(answerOf(mug.hold("c2#1", 1))).toMatchObject({ answer: { type: "held" } });
  });

  test("the public sees that it is so, and not why", () => {
    expect(mug.view()).toMatchObject({ paused: true });
    expect(JSON.stringify(mug.view())).not.toContain("wrong price");
  });

  test("a snapshot keeps it, and says nothing once it is over", () => {
    const address = addressIn("inventory", "MUG");
    const stored = mug.snapshot();
    const state = inventoryDecider.fromSnapshot(JSON.parse(JSON.stringify(stored)), address);
    expect(inventoryDecider.toSnapshot(state)).toEqual(stored);
    mug.run({ type: "ResumeSelling" });
    expect(mug.snapshot()).not.toHaveProperty("pause");
  });
});

test("a reason of a pause has a length", () => {
  const reason = "x".repeat(limits.reasonLengthMax + 1);
  expect(mug.run({ type: "PauseSelling", reason })).toMatchObject(
    refusedWith("invalid_reason", "reason", { limit: limits.reasonLengthMax }),
  );
});

test("the read model gets the sale, the pause and its moment", () => {
  const rows = (event: InventoryEvent) =>
    inventoryDecider.project(event, addressIn("inventory", "MUG"), 7).map(({ set }) => set);
  const { id, title, unitPriceMinor, startsAtMs, endsAtMs } = sale(5);
  expect(rows({ type: "SaleSet", sale: sale(5) })).toEqual([
    {
      sale_id: id,
      sale_title: title,
      sale_unit_price_minor: unitPriceMinor,
      sale_starts_at_ms: startsAtMs,
      sale_ends_at_ms: endsAtMs,
      sale_limit_per_customer: null,
      sale_waiting_room: null,
    },
  ]);
  expect(rows({ type: "SaleSet", sale: null })).toMatchObject([{ sale_id: null, sale_ends_at_ms: null }]);
  expect(rows({ type: "SellingPaused", reason: "fire" })).toEqual([
    { paused_reason: "fire", paused_at_ms: 7 },
  ]);
  expect(rows({ type: "SellingResumed" })).toEqual([{ paused_reason: null, paused_at_ms: null }]);
});
