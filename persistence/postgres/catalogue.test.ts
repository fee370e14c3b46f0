import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { postgresCatalogue } from "./catalogue.ts";
import { postgresReadModels } from "./read-models.ts";
import { postgresReports } from "./reports.ts";

const NOW_MS = 1_700_000_000_000;

describe("the shop's questions to its read models", () => {
  let subject: MigratedDatabase;

  beforeAll(async () => {
    subject = await migratedDatabase();
    const models = postgresReadModels(subject.database);
    await models.positions();
    await models.apply([...products(), ...orders()], [{ shard: 1, seq: 1 }]);
  });
  afterAll(() => subject.close());

  const catalogue = () => postgresCatalogue(subject.database, { nowMs: () => NOW_MS });
  const search = async (query: { words?: string; category?: string; offset?: number; limit?: number }) => {
    const page = await catalogue().search({ tenant: "demo", offset: 0, limit: 10, ...query });
    return { skus: page.entries.map(({ sku }) => sku), total: page.total };
  };

  test("the catalogue lists running sales first, then by title, and only what has been listed", async () => {
    expect(await search({})).toEqual({ skus: ["BOOT-1", "LAMP-1", "SHOE-1", "SHOE-2"], total: 4 });
  });

  test("the catalogue is paged, and knows its total on every page", async () => {
    expect(await search({ offset: 1, limit: 2 })).toEqual({ skus: ["LAMP-1", "SHOE-1"], total: 4 });
    expect(await search({ offset: 9 })).toEqual({ skus: [], total: 4 });
  });

  test.each([
    ["red", ["SHOE-1"]],
    ["SHOE running", ["SHOE-1"]],
    ["oe-2", ["SHOE-2"]],
    ["lighting", ["LAMP-1"]],
    ["blue red", []],
    ["100%", ["SHOE-2"]],
    ["_", []],
    ["\\", []],
    ["  ", ["BOOT-1", "LAMP-1", "SHOE-1", "SHOE-2"]],
  ])("the catalogue finds all of the words %p", async (words, skus) => {
    expect((await search({ words })).skus).toEqual(skus);
  });

  test("the catalogue filters by category", async () => {
    expect((await search({ category: "shoes" })).skus).toEqual(["BOOT-1", "SHOE-1", "SHOE-2"]);
    expect((await search({ category: "shoes", words: "red" })).skus).toEqual(["SHOE-1"]);
  });

  test("the catalogue finds one product with its stock and its sale", async () => {
    expect(await catalogue().find("demo", "BOOT-1")).toEqual({
      sku: "BOOT-1",
      title: "Winter boot",
      description: "Warm.",
      category: "shoes",
      unitPriceMinor: 9_900,
      currency: "EUR",
      available: 7,
      sale: {
        id: "drop",
        title: "Drop",
        unitPriceMinor: 7_900,
        startsAtMs: NOW_MS - 1,
        endsAtMs: NOW_MS + 1,
        limitPerCustomer: null,
      },
      paused: false,
    });
  });

  test("the catalogue shows no sale that is over, nothing unlisted and nothing of other tenants", async () => {
    expect((await catalogue().find("demo", "SHOE-2"))?.sale).toBeNull();
    expect(await catalogue().find("demo", "GHOST")).toBeUndefined();
    expect(await catalogue().find("other", "BOOT-1")).toBeUndefined();
  });

  test("orders of a customer and of a cart come newest first", async () => {
    const reports = postgresReports(subject.database);
    const ofCustomer = await reports.orders({ tenant: "demo", customer: "ada", limit: 2 });
    expect(ofCustomer.map(({ orderId }) => orderId)).toEqual(["C2~1", "C1~2"]);
    const [first, ...rest] = await reports.orders({ tenant: "demo", cartId: "C1", limit: 10 });
    expect(rest.map(({ orderId }) => orderId)).toEqual(["C1~1"]);
    expect(first).toEqual({
      orderId: "C1~2",
      customer: "ada",
      cartId: "C1",
      status: "captured",
      placedAtMs: 20,
      currency: "EUR",
      totalMinor: 2_000,
      taxMinor: 200,
      refundedMinor: 500,
      lines: [{ line: 1 }],
      refusalCode: null,
    });
  });

  test("a customer's total counts paid orders less refunds", async () => {
    expect(await postgresReports(subject.database).customerTotals()).toEqual([
      { tenant: "demo", customer: "ada", currency: "EUR", paidMinor: 2_500, orders: 2 },
      { tenant: "demo", customer: "bob", currency: "EUR", paidMinor: 400, orders: 1 },
    ]);
  });

  test("stock rows add up", async () => {
    const rows = await postgresReports(subject.database).stockRows();
    expect(rows.find(({ sku }) => sku === "BOOT-1")).toEqual({
      tenant: "demo",
      sku: "BOOT-1",
      received: 10,
      adjusted: -1,
      sold: 2,
      returned: 1,
      held: 1,
      onHand: 8,
      available: 7,
    });
  });
});

function products(): RowChange[] {
  return [
    product("SHOE-1", { title: "Red shoe", description: "For running.", category: "shoes" }),
    product("SHOE-2", {
      title: "Shoe, blue",
      description: "100% wool",
      category: "shoes",
      sale_id: "over",
      sale_starts_at_ms: NOW_MS - 2,
      sale_ends_at_ms: NOW_MS,
    }),
    product("LAMP-1", { title: "Lamp", description: "", category: "Lighting" }),
    product("BOOT-1", {
      title: "Winter boot",
      description: "Warm.",
      category: "shoes",
      unit_price_minor: 9_900,
      currency: "EUR",
      sale_id: "drop",
      sale_title: "Drop",
      sale_unit_price_minor: 7_900,
      sale_starts_at_ms: NOW_MS - 1,
      sale_ends_at_ms: NOW_MS + 1,
    }),
    {
      model: "stock",
      tenant: "demo",
      id: "BOOT-1",
      add: { received: 10, adjusted: -1, sold: 2, returned: 1, held: 1 },
    },
    { model: "stock", tenant: "demo", id: "GHOST", add: { received: 1 } },
  ];
}

function orders(): RowChange[] {
  return [
    order("C1~1", {
      customer: "ada",
      cart_id: "C1",
      placed_at_ms: 10,
      status: "confirmed",
      total_minor: 1_000,
    }),
    order(
      "C1~2",
      { customer: "ada", cart_id: "C1", placed_at_ms: 20, status: "captured", total_minor: 2_000 },
      500,
    ),
    order("C2~1", {
      customer: "ada",
      cart_id: "C2",
      placed_at_ms: 30,
      status: "refused",
      total_minor: 9_000,
    }),
    order("C3~1", { customer: "bob", cart_id: "C3", placed_at_ms: 40, status: "captured", total_minor: 400 }),
  ];
}

function product(id: string, set: NonNullable<RowChange["set"]>): RowChange {
  return { model: "stock", tenant: "demo", id, set };
}

function order(id: string, set: NonNullable<RowChange["set"]>, refundedMinor = 0): RowChange {
  return {
    model: "orders",
    tenant: "demo",
    id,
    set: { currency: "EUR", tax_minor: 200, lines: '[{"line":1}]', ...set },
    add: { refunded_minor: refundedMinor },
  };
}
