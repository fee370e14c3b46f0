import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { HOT_PRODUCTS_MAX, PostgresHotProducts } from "./hot-products.ts";
import { postgresReadModels } from "./read-models.ts";

const NOW_MS = 1_700_000_000_000;
const MINUTE_MS = 60_000;
/** Within the sale, when what was ordered before is old. */
const RUSH_MS = NOW_MS + 10 * MINUTE_MS;
const IDLE = 20_000;
// More than are shown at once, and all of them before those that matter more.
const CARTS = Array.from({ length: 12 }, (_, number) => `CART-${10 + number}`);
// 1,000 products with each look, and one more look that finds no further ones.
const WALK = IDLE / 1_000 + 1;

function stock(
  id: string,
  add: Readonly<Record<string, number>>,
  set: RowChange["set"] = {},
  tenant = "demo",
): RowChange {
  return { model: "stock", tenant, id, set: { title: id, ...set }, add: { received: 100, ...add } };
}

function sale(startsAtMs: number, endsAtMs: number): NonNullable<RowChange["set"]> {
  return { sale_id: "s", sale_title: "Drop", sale_starts_at_ms: startsAtMs, sale_ends_at_ms: endsAtMs };
}

function order(id: string, sku: string, quantity: number, placedAtMs: number, tenant = "demo"): RowChange {
  return {
    model: "orders",
    tenant,
    id,
    set: { placed_at_ms: placedAtMs, lines: JSON.stringify([{ sku, quantity }]) },
    add: {},
  };
}

describe("the products that an operator wants to see", () => {
  let subject: MigratedDatabase;

  beforeAll(async () => {
    subject = await migratedDatabase();
    await subject.database.sql`
      insert into stock (tenant, id, title, received)
      select 'demo', 'IDLE-' || number, 'Idle', 1 from generate_series(10001, ${10_000 + IDLE}::integer) as number`;
    await subject.database.sql`
      insert into orders (tenant, id, placed_at_ms, lines)
      select 'demo', 'old-' || number, ${NOW_MS - 60 * MINUTE_MS}::bigint - number, '[{"sku": "IDLE-1", "quantity": 1}]'
      from generate_series(1, ${IDLE}::integer) as number`;
    const changes = [
      stock("ZZ-HELD", { held: 3 }),
      ...CARTS.map((id) => stock(id, { held: 1 })),
      stock("ZZ-PAUSED", {}, { paused_reason: "wrong price", paused_at_ms: NOW_MS - MINUTE_MS }),
      stock("A-SOLD", { sold: 7, returned: 2 }),
      stock("B-SOLD", { sold: 9 }),
      stock("LONG-AGO", { sold: 50 }),
      stock("ZZ-SALE", {}, sale(NOW_MS + MINUTE_MS, NOW_MS + 90 * MINUTE_MS)),
      stock("ZZ-OVER", {}, sale(NOW_MS - 90 * MINUTE_MS, NOW_MS)),
      stock("ZZ-TOMORROW", {}, sale(NOW_MS + 1_440 * MINUTE_MS, NOW_MS + 2_000 * MINUTE_MS)),
      stock("FOREIGN", { held: 9 }, {}, "other"),
      order("o1", "A-SOLD", 2, NOW_MS - MINUTE_MS),
      order("o2", "B-SOLD", 3, NOW_MS - 2 * MINUTE_MS),
      order("o3", "LONG-AGO", 50, NOW_MS - 20 * MINUTE_MS),
      order("o4", "FOREIGN", 50, NOW_MS, "other"),
    ];
    const models = postgresReadModels(subject.database);
    await models.positions();
    await models.apply(changes, [{ shard: 1, seq: 1 }]);
    await models.close();
  });
  afterAll(() => subject.close());

  test("are those ordered lately, at once, and those held or on sale once the catalogue was gone through", async () => {
    const products = new PostgresHotProducts(subject.database, "demo");
    const skus = async () => (await products.look(NOW_MS)).map(({ sku }) => sku);
    expect((await skus()).slice(0, 2)).toEqual(["B-SOLD", "A-SOLD"]);
    for (let page = 1; page < WALK; page += 1) await skus();
    const found = new Map((await products.look(NOW_MS)).map((product) => [product.sku, product]));
    expect(found.size).toBe(HOT_PRODUCTS_MAX);
    expect([...found.keys()].slice(0, 2)).toEqual(["B-SOLD", "A-SOLD"]);
    const sold = { available: 91, held: 0, sold: 9, sale: null, pause: null };
    expect(found.get("B-SOLD")).toEqual({ sku: "B-SOLD", title: "B-SOLD", ...sold });
    expect(found.get("A-SOLD")).toMatchObject({ available: 95, sold: 5 });
    expect(found.get("ZZ-SALE")?.sale).toEqual({
      title: "Drop",
      startsAtMs: NOW_MS + MINUTE_MS,
      endsAtMs: NOW_MS + 90 * MINUTE_MS,
    });
    expect(found.get("ZZ-HELD")).toMatchObject({ available: 97, held: 3, sale: null });
    expect(found.get("ZZ-PAUSED")?.pause).toEqual({ reason: "wrong price", sinceMs: NOW_MS - MINUTE_MS });
  });

  test("keep their places while they stay hot, and leave them when they do not", async () => {
    const products = new PostgresHotProducts(subject.database, "demo");
    const skus = async (nowMs: number) => (await products.look(nowMs)).map(({ sku }) => sku);
    expect(await skus(NOW_MS - 20 * MINUTE_MS)).toContain("LONG-AGO");
    expect((await skus(NOW_MS)).slice(0, 2)).toEqual(["B-SOLD", "A-SOLD"]);
    expect(HOT_PRODUCTS_MAX).toBeGreaterThan(4);
  });

  test("leave room for a sale and for what is paused, however much else sells", async () => {
    const models = postgresReadModels(subject.database);
    await models.positions();
    const rush = CARTS.map((sku, number) => order(`rush-${number}`, sku, 90, RUSH_MS));
    await models.apply(rush, [{ shard: 2, seq: 1 }]);
    await models.close();
    const products = new PostgresHotProducts(subject.database, "demo");
    let shown: readonly string[] = [];
    for (let page = 0; page <= WALK; page += 1) shown = (await products.look(RUSH_MS)).map(({ sku }) => sku);
    expect(shown).toHaveLength(HOT_PRODUCTS_MAX);
    expect(shown).toEqual(expect.arrayContaining(["ZZ-SALE", "ZZ-PAUSED", ...CARTS.slice(0, 5)]));
  });

  test("are found without a look at all orders and all products", async () => {
    await subject.database.sql`analyze stock, orders`;
    const counted = async () => {
      const rows = await subject.database.sql<{ seq_scan: string; idx_scan: string }[]>`
        select seq_scan, idx_scan from pg_stat_user_tables where relname in ('orders', 'stock') order by relname`;
      return {
        scans: rows.map(({ seq_scan }) => Number(seq_scan)),
        looks: Number(rows[1]?.idx_scan),
      };
    };
    const products = new PostgresHotProducts(subject.url, "demo");
    const before = await counted();
    for (let look = 0; look < 3; look += 1) await products.look(NOW_MS);
    // What a connection has counted is told when it ends at the latest.
    await products.close();
    await eventually("the looks are counted", async () => {
      const { looks } = await counted();
      return looks >= before.looks + 3;
    });
    expect((await counted()).scans).toEqual(before.scans);
  });
});
