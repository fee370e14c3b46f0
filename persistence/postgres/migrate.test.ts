import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { decodeSnapshot } from "../codec/snapshot.ts";
import { eventually } from "../testing/condition.ts";
import { refusal } from "../testing/refusal.ts";
import { segmentsAfter } from "../testing/samples.ts";
import { testDatabase } from "../testing/test-database.ts";
import type { TestDatabase } from "../testing/test-database.ts";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { postgresJournal } from "./journal.ts";
import { migrate } from "./migrate.ts";
import { postgresSnapshots } from "./snapshots.ts";

describe("migrating a database", () => {
  let created: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    created = await testDatabase();
    database = await openDatabase(created.url);
  });
  afterEach(async () => {
    await database.close();
    await created.close();
  });

  test("gives the shop an identity that stays", async () => {
    const first = await migrate(database, { shardCount: 256 });
    expect(first.shopId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await migrate(database, { shardCount: 256 })).toEqual(first);
  });

  test("may be done by several processes at once", async () => {
    const shops = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const another = await openDatabase(created.url);
        try {
          return await migrate(another, { shardCount: 16 });
        } finally {
          await another.close();
        }
      }),
    );
    expect(new Set(shops.map(({ shopId }) => shopId)).size).toBe(1);
  });

  test("refuses another number of shards than the database was made with", async () => {
    await migrate(database, { shardCount: 256 });
    await expect(migrate(database, { shardCount: 128 })).rejects.toThrow(
      "256 shards, but the configuration says 128",
    );
  });

  test("refuses a database of a newer release", async () => {
    await migrate(database, { shardCount: 256 });
    await database.sql`insert into migration (name, checksum) values ('9999-later.sql', 'x')`;
    await expect(migrate(database, { shardCount: 256 })).rejects.toThrow(
      "newer release (migration 9999-later.sql)",
    );
  });

  test("refuses a database that other statements have made", async () => {
    await migrate(database, { shardCount: 256 });
    await database.sql`update migration set checksum = 'x' where name = '0002-journal.sql'`;
    await expect(migrate(database, { shardCount: 256 })).rejects.toThrow("0002-journal.sql is not the one");
  });

  test("leaves nothing of a migration that fails", async () => {
    await database.sql`create table shard_owner ()`;
    await expect(migrate(database, { shardCount: 256 })).rejects.toThrow("already exists");
    await migrate(database, { shardCount: 256 }).catch(() => {});
    await database.sql`drop table shard_owner`;
    await migrate(database, { shardCount: 256 });
    expect(await database.sql`select from shard_owner`).toHaveLength(0);
  });

  test("brings also what has a lower number than something that is there", async () => {
    await migrateTo(database, "0021");
    await applyByHand(database, "0024-search.sql");
    await migrate(database, { shardCount: 256 });
    const names = (await database.sql<{ name: string }[]>`select name from migration`).map(
      ({ name }) => name,
    );
    expect(names.toSorted()).toEqual((await readdir(`${import.meta.dir}/migrations`)).sort());
    expect(await database.sql`select from catalogue_word`).toHaveLength(0);
  });

  test("makes the texts of products that there are plain, and learns their words anew", async () => {
    // All that are built anew come before it.
    await migrateTo(database, "0025-rows-3.sql");
    await database.sql`insert into stock (tenant, id, title) values ('demo', 'A', 'Café'), ('demo', 'B', 'Mug')`;
    await migrate(database, { shardCount: 256 });
    const words = await database.sql<{ word: string }[]>`select word from catalogue_word order by word`;
    expect(words.map(({ word }) => word)).toEqual(["cafe", "mug"]);
    const texts = await database.sql<{ text: string }[]>`select search_text as text from stock order by id`;
    expect(texts.map(({ text }) => text.trim())).toEqual(["cafe   a", "mug   b"]);
  });

  test.each([
    ["before", [] as const],
    ["after", ["0026-plain-letters.sql"] as const],
  ])("has rows of version 2 built anew, %s letters are plain", async (_, applied) => {
    await migrateTo(database, "0024-search.sql");
    for (const name of applied) await applyByHand(database, name);
    await database.sql`insert into stock (tenant, id, title) values ('demo', 'A', 'Café')`;
    await database.sql`insert into orders (tenant, id, status) values ('demo', 'C1~1', 'captured')`;
    await database.sql`insert into projected_position (shard, seq) values (7, 9)`;
    await migrate(database, { shardCount: 256 });
    for (const table of ["stock", "orders", "projected_position"])
      expect(await database.sql`select from ${database.sql(table)}`).toHaveLength(0);
    const rows = [{ tenant: ["demo"], id: ["A"], title: ["Crème"], sale_waiting_room: [true] }];
    await database.sql`
      select advance_projection('{7}', '{0}', '{10}', ${JSON.stringify(rows)}::text::jsonb, '[]')`;
    expect([...(await database.sql`select search_text, sale_waiting_room as room from stock`)]).toEqual([
      { search_text: "creme   a", room: true },
    ]);
    expect([
      ...(await database.sql`select mistyped, meant from words_meant('demo', '{cremr,cafe}')`),
    ]).toEqual([{ mistyped: "cremr", meant: "creme" }]);
  });

  test("keeps the snapshots and timers that an earlier release has stored", async () => {
    await migrateTo(database, "0004-read-models.sql");
    const address = { tenant: "demo", kind: "cart", id: "C1~2" };
    const fixture = Bun.file(new URL("../codec/fixtures/snapshot-1.hex", import.meta.url));
    const body = Buffer.from((await fixture.text()).trim(), "hex");
    const snapshot = decodeSnapshot(body, 7, { ...address, seq: 4 });
    await database.sql`
      insert into actor_snapshot (shard, tenant, kind, id, seq, due_at_ms, body)
      values (7, 'demo', 'cart', 'C1~2', 4, 1700000000000, ${body})`;
    await migrate(database, { shardCount: 256 });
    const snapshots = postgresSnapshots(database);
    const dueAtMs = 1_700_000_000_000;
    expect(await snapshots.load(7, [address])).toEqual([{ ...address, seq: 4, dueAtMs, snapshot }]);
    expect(await snapshots.timers([{ shard: 7, afterMs: 0 }], 9)).toMatchObject([
      { shard: 7, timers: [{ ...address, dueAtMs }] },
    ]);
  });

  test("lets an owner of the earlier release append on", async () => {
    await migrateTo(database, "0009-appends-in-order.sql");
    const journal = postgresJournal(database);
    await journal.claim([3, 9], "node-1");
    const claims = await journal.claim([9, 7], "node-1");
    await migrate(database, { shardCount: 256 });
    expect(claims.map(({ shard, epoch }) => [shard, epoch])).toEqual([
      [7, 1],
      [9, 2],
    ]);
    expect(await refusal(journal.append(segmentsAfter(claims, 50)))).toBe("stored");
    expect(await refusal(journal.append(segmentsAfter([{ shard: 9, epoch: 1, seq: 3 }], 51)))).toBe("fenced");
    await journal.close();
  });

  test("waits for whoever reads a table that it changes, and has nobody else wait meanwhile", async () => {
    await migrateTo(database, "0016-starts-in-order.sql");
    const reader = await openDatabase(created.url);
    try {
      const read = Promise.withResolvers<void>();
      const reading = reader.sql.begin(async (sql) => {
        await sql`select count(*) from orders`;
        await read.promise;
      });
      let isMigrated = false;
      const migrating = migrate(database, { shardCount: 256 }).then(() => (isMigrated = true));
      await eventually("the migration to wait", async () => {
        const waiting = await database.sql`select from pg_locks where not granted`;
        return waiting.length > 0;
      });
      await database.sql`select count(*) from orders`;
      expect(isMigrated).toBe(false);
      read.resolve();
      await Promise.all([reading, migrating]);
      expect(isMigrated).toBe(true);
    } finally {
      await reader.close();
    }
  });

  test("lets a coordinator of the earlier release go on with the read models", async () => {
    await migrate(database, { shardCount: 256 });
    const orders = JSON.stringify([{ tenant: "demo", id: "C1~1", status: "captured", refunded_minor: 3 }]);
    for (const seq of [1, 2])
      await database.sql`
        select apply_projection(
          '{7}', ${`{${seq - 1}}`}::bigint[], ${`{${seq}}`}::bigint[], '[]', ${orders}::text::jsonb
        )`;
    expect([...(await database.sql`select id, status, refunded_minor from orders`)]).toEqual([
      { id: "C1~1", status: "captured", refunded_minor: "6" },
    ]);
  });
});

/** Brings a new database to where the release whose last migration was `last` had it. */
async function migrateTo(database: Database, last: string): Promise<void> {
  await database.sql`create table migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
  for (const name of (await readdir(`${import.meta.dir}/migrations`)).sort()) {
    if (name > last) return;
    await applyByHand(database, name);
  }
}

async function applyByHand({ sql }: Database, name: string): Promise<void> {
  const text = await Bun.file(`${import.meta.dir}/migrations/${name}`).text();
  await sql.unsafe(text);
  const checksum = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  await sql`insert into migration (name, checksum) values (${name}, ${checksum})`;
}
