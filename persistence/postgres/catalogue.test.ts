import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { postgresCatalogue } from "./catalogue.ts";
import { postgresReadModels } from "./read-models.ts";

const NOW_MS = 1_700_000_000_000;

describe("the shop's questions to its read models", () => {
  let subject: MigratedDatabase;
  let nextSeq = 1;

  beforeAll(async () => {
    subject = await migratedDatabase();
    const models = postgresReadModels(subject.database);
    await models.positions();
    await models.apply(products(), [{ shard: 1, seq: 1 }]);
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

  test.each([
    ["runing", ["SHOE-1"]],
    ["wintr boto", ["BOOT-1"]],
    ["lihgting", ["LAMP-1"]],
    ["runing lamp", []],
    ["zzzzzz", []],
  ])("the catalogue finds what %p was meant to be", async (words, skus) => {
    expect(await search({ words })).toEqual({ skus, total: skus.length });
  });

  test.each(["ΟΔΟΣ", "İZMİR", "straße"])("a title is found as it is written: %p", async (title) => {
    const models = postgresReadModels(subject.database);
    await models.positions();
    const seq = nextSeq++;
    await models.apply([{ ...product(title, { title }), tenant: "letters" }], [{ shard: 2, seq }]);
    const page = await catalogue().search({ tenant: "letters", words: title, offset: 0, limit: 10 });
    expect(page.entries.map(({ sku }) => sku)).toEqual([title]);
  });

  test.each([
    ["cafe creme", "Café crème"],
    ["CAFÉ CRÈME", "Cafe creme"],
    ["muller", "Müller"],
    ["mulelr", "Müller"],
    ["pöterei", "Pottery"],
    ["йод", "Иод"],
    ["가방", "가방"],
  ])("%p finds what is written with other marks, or with none: %p", async (words, title) => {
    const models = postgresReadModels(subject.database);
    await models.positions();
    const tenant = `marks-${words}`;
    await models.apply([{ ...product("MARKS", { title }), tenant }], [{ shard: 2, seq: nextSeq++ }]);
    const page = await catalogue().search({ tenant, words, offset: 0, limit: 10 });
    expect(page.entries.map((entry) => entry.title)).toEqual([title]);
  });

  test("a mistyped word is never meant to be one that no product has any more", async () => {
    const models = postgresReadModels(subject.database);
    await models.positions();
    const titled = async (title: string): Promise<void> =>
      models.apply([{ ...product("ONE", { title }), tenant: "renamed" }], [{ shard: 2, seq: nextSeq++ }]);
    await titled("Lantern");
    await titled("Lanyard");
    const page = await catalogue().search({ tenant: "renamed", words: "lanter", offset: 0, limit: 10 });
    expect(page.entries.map((entry) => entry.title)).toEqual(["Lanyard"]);
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

function product(id: string, set: NonNullable<RowChange["set"]>): RowChange {
  return { model: "stock", tenant: "demo", id, set };
}
