import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { product } from "../../actors/testing/products.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import { migratedDatabase, type MigratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { recordingLog } from "../../persistence/testing/silent-log.ts";
import { ShopLane } from "./testing/shop-lane.ts";

const SKU = "shop/inventory/MUG";
const CARTS = 20;
const STOCK = 100;
const SETUP_MS_MAX = 60_000;

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase(8);
}, SETUP_MS_MAX);
afterAll(() => database.close());
beforeEach(async () => {
  const { sql } = database.database;
  await sql`truncate journal_segment, shard_owner, shard_checkpoint, actor_snapshot, known_actors`;
});

/** Opens a shop on the database, uses it, and ends it in good order: everything is stored then. */
async function during(use: (shop: ShopLane) => Promise<void>) {
  const log = recordingLog();
  const journal = postgresJournal(database.url);
  const snapshots = postgresSnapshots(database.url, { log });
  const shop = await ShopLane.open({ journal, snapshots, clock: eventLoopClock, log });
  try {
    await use(shop);
    const { damagedSnapshots, rebuiltActors } = shop.statistics;
    await shop.stop();
    return { damagedSnapshots, rebuiltActors, errors: log.errors };
  } finally {
    await Promise.all([journal.close(), snapshots.close()]);
  }
}

async function fill(shop: ShopLane): Promise<void> {
  await shop.ask(SKU, { type: "ListProduct", product: product() });
  await shop.ask(SKU, { type: "ReceiveStock", quantity: STOCK });
  for (let number = 0; number < CARTS; number += 1) await add(shop, number);
}

function add(shop: ShopLane, number: number) {
  return shop.ask(`shop/cart/C${number}`, { type: "AddLine", customer: "ann", sku: "MUG", quantity: 1 });
}

/** Reads the stock, then lets every cart take one more unit. */
async function check(shop: ShopLane): Promise<void> {
  const before = await shop.available("MUG");
  for (let number = 0; number < CARTS; number += 1) {
    expect(await add(shop, number)).toMatchObject({ type: "done", reply: { line: expect.any(Number) } });
  }
  expect(await shop.available("MUG")).toBe(before - CARTS);
}

const HEALTHY = { damagedSnapshots: 0, rebuiltActors: 0, errors: [] };

/** Changes a byte in the middle of stored bodies. */
async function damage(table: "actor_snapshot" | "shard_checkpoint" | "known_actors"): Promise<number> {
  const { sql } = database.database;
  const at = sql`length(body) / 2`;
  const { count } =
    await sql`update ${sql(table)} set body = set_byte(body, ${at}, 255 # get_byte(body, ${at}))`;
  return count;
}

test("damaged snapshots are reported, rebuilt from the journal, and stored again", async () => {
  expect(await during(fill)).toEqual(HEALTHY);
  expect(await damage("actor_snapshot")).toBe(CARTS + 1);
  const found = await during(check);
  expect(found).toMatchObject({ damagedSnapshots: CARTS + 1, rebuiltActors: CARTS + 1 });
  expect(new Set(found.errors)).toEqual(new Set(["a damaged snapshot was left out"]));
  expect(await during(check)).toEqual(HEALTHY);
});

test.each(["shard_checkpoint", "known_actors"] as const)(
  "a damaged %s is reported, and its shard is rebuilt from the journal and stored again",
  async (table) => {
    expect(await during(fill)).toEqual(HEALTHY);
    const damaged = await damage(table);
    const found = await during(check);
    expect(found).toMatchObject({ damagedSnapshots: damaged, rebuiltActors: 0 });
    expect(found.errors).toHaveLength(damaged);
    expect(await during(check)).toEqual(HEALTHY);
  },
);

test("snapshots that are all gone are rebuilt, checkpoints or not", async () => {
  await during(fill);
  await database.database.sql`truncate actor_snapshot`;
  expect(await during(check)).toMatchObject({ damagedSnapshots: 0, rebuiltActors: CARTS + 1 });
  await database.database.sql`truncate actor_snapshot, shard_checkpoint, known_actors`;
  expect(await during(check)).toEqual(HEALTHY);
});
