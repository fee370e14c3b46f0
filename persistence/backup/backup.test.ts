import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import type { Claim } from "../../engine/ports/journal.ts";
import { checkJournal } from "../inspection/check-journal.ts";
import type { Database } from "../postgres/database.ts";
import { isUnused } from "../postgres/journal-use.ts";
import { migrate } from "../postgres/migrate.ts";
import { postgresJournal } from "../postgres/journal.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { refusal } from "../testing/refusal.ts";
import { readMarks, segmentsAfter } from "../testing/samples.ts";
import { checkBackup } from "./check-backup.ts";
import { assertRestorable } from "./restore-backup.ts";
import { LEFT_OUT_TABLES, STORED_TABLES } from "./stored-tables.ts";
import { BackupRig, restoreInto } from "./testing/backup-rig.ts";

const SHARDS = 4;
const NOW_MS = Date.UTC(2030, 0, 1);

let subject: MigratedDatabase;
let rig: BackupRig;
let claims: readonly Claim[];
let path: string;
let restored: Database;
/** Those with which the restored shop began. */
let epochs: readonly number[];

beforeAll(async () => {
  subject = await migratedDatabase(SHARDS);
  rig = await BackupRig.make();
  const journal = postgresJournal(subject.database);
  claims = await journal.claim([0, 1, 2], "node-1");
  await journal.append(segmentsAfter(claims, 1));
  await journal.append(segmentsAfter(claims.slice(1), 2, 2));
  await journal.close();
  await fillOtherTables(subject.database);
  ({ path } = await rig.taken(subject.database));
  restored = await rig.restored(path, NOW_MS);
  epochs = await epochsOf(restored);
});
afterAll(async () => {
  await rig.close();
  await subject.close();
});

/** A row or more in each table that the journal's own statements do not fill; all kinds of columns. */
async function fillOtherTables({ sql }: Database): Promise<void> {
  await sql.unsafe(`
    insert into shard_checkpoint values (1, 2, '\\x00ff');
    insert into known_actors values (1, 0, '\\x');
    insert into actor_snapshot (seq, due_at_ms, shard, address, body) values (2, null, 1, 'shop/cart/Ü~1', '\\x0a0d5c');
    insert into journal_archive (first_seq, last_seq, shard, body) values (1, 1, 3, '\\x01');
    insert into projected_position values (1, 2);
    insert into stock (tenant, id, title, received, sold) values ('shop', 'A', E'tab\\t, "quote", \\\\N', 7, 2);
    insert into orders (tenant, id, lines, total_minor) values ('shop', 'C~1', '[{"sku":"A"}]', 9007199254740991);
    update coordinator set term = 5, node = 'node-1', since = now();
    update placement set version = 8;
    insert into shard_placement values (1, 'node-1', 0, true);
    insert into placement_change values (8, 5, 'move', 'me', now());
    insert into placement_change_shard values (8, 1, null, null, null, 'node-1', 0, true);
    insert into node (name, lanes, capacity, incarnation) values ('node-1', 2, 1.5, 6);
    update forgotten_node set incarnation = 4;
    insert into cluster_name (name) values ('blue');
    insert into operation (id, kind, asked_by, document_version, request)
    select gen_random_uuid(), 'move', 'me', 1, '{}' from generate_series(1, 3);
    insert into webhook_endpoint (id, tenant, url, types, allows_private, allows_plain, secret, created_at_ms)
    values (gen_random_uuid(), 'shop', 'https://example.test/', '[]', false, false, 'whsec_x', 1);
    insert into webhook_position select id, 1, 7 from webhook_endpoint;
    insert into webhook_letter (
      endpoint, event_id, shard, seq, ordinal, type, subject, occurred_at_ms, body, attempts, due_at_ms
    ) select id, '1-7-0', 1, 7, 0, 'order.confirmed', 'order/C~1', 1, '{}', 1, 2 from webhook_endpoint`);
}

async function rowsOf({ sql }: Database, table: string): Promise<readonly string[]> {
  const rows = await sql.unsafe<{ row: string }[]>(`select to_json(t)::text as row from ${table} as t`);
  return rows.map(({ row }) => row).sort();
}

async function epochsOf({ sql }: Database): Promise<readonly number[]> {
  const rows = await sql<{ epoch: string }[]>`select epoch from shard_owner`;
  return rows.map(({ epoch }) => Number(epoch));
}

/** What a fence compares changes, and is looked at elsewhere. */
function withoutFences(rows: readonly string[]): readonly string[] {
  return rows.map((row) =>
    row.replaceAll(/"(epoch|term|incarnation|owner|claimed_at)":("[^"]*"|\d+)/g, "$1"),
  );
}

describe("the tables of a backup", () => {
  test("are all there are, but for those with a reason", async () => {
    const rows = await subject.database.sql<{ name: string }[]>`
      select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;
    const names = rows.map(({ name }) => name).sort();
    expect([...STORED_TABLES, ...LEFT_OUT_TABLES.keys()].sort()).toEqual(names);
  });

  test("all come back with what they held", async () => {
    for (const table of STORED_TABLES) {
      const before = withoutFences(await rowsOf(subject.database, table));
      expect(before, table).not.toEqual([]);
      const after = withoutFences(await rowsOf(restored, table));
      if (table === "shard_owner") expect(after, table).toHaveLength(SHARDS);
      else if (table === "webhook_endpoint") expect(after, table).toHaveLength(before.length);
      else expect(after, table).toEqual(expect.arrayContaining([...before]));
    }
  });

  test("go on with numbers behind those that were given out", async () => {
    const [row] = await restored.sql<{ number: string }[]>`
      insert into operation (id, kind, asked_by, document_version, request)
      values (gen_random_uuid(), 'move', 'me', 1, '{}') returning number`;
    expect(row?.number).toBe("4");
  });
});

describe("a restored shop", () => {
  test("has its journal, and a takeover behind it in every shard", async () => {
    const journal = postgresJournal(restored);
    expect(await readMarks(journal, 0)).toEqual(["claim", 1, "claim"]);
    expect(await readMarks(journal, 2)).toEqual(["claim", 1, 2, "claim"]);
    await journal.close();
    const { sql } = restored;
    await sql`delete from journal_archive`;
    await sql`delete from shard_checkpoint`;
    await sql`delete from actor_snapshot`;
    await sql`delete from known_actors`;
    const report = await checkJournal(restored, { shardCount: SHARDS, versions: new Map() });
    expect(report.examples.filter(({ about }) => about === "owner" || about === "epoch")).toEqual([]);
  });

  test("takes nothing from an owner that knew a later state, nor lets it take its shards", async () => {
    const zombie = postgresJournal(restored);
    // Without the takeover it would be the number that follows, and the epoch that the backup has.
    const known = claims.map((claim) => ({ ...claim, seq: claim.seq + 2 }));
    expect(await refusal(zombie.append(segmentsAfter(known, 9)))).toBe("fenced");
    expect(await refusal(zombie.append(segmentsAfter(claims, 9)))).toBe("fenced");
    await expect(zombie.reclaim([0, 1, 2], "node-1")).rejects.toThrow("another shop has taken over");
    expect(await zombie.claim([1], "node-1", { node: "node-1", incarnation: 6, lane: 0 })).toEqual([]);
    expect(await zombie.claim([1], "node-1", { node: "node-1", incarnation: 7, lane: 0 })).toEqual([]);
    await zombie.close();
    await expect(restored.sql`select assert_term(5)`.execute()).rejects.toThrow("is over");
    await expect(restored.sql`select assert_term(6)`.execute()).rejects.toThrow("is over");
  });

  test("shares no epoch with another one from the same backup", async () => {
    const later = await rig.restored(path, NOW_MS + 1000);
    const [first, second] = [epochs, await epochsOf(later)];
    expect(new Set(first).isDisjointFrom(new Set(second))).toBe(true);
    expect([...first, ...second].every((epoch) => Number.isSafeInteger(epoch))).toBe(true);
  });

  test("tells nobody before it is said to be the shop", async () => {
    const { sql } = subject.database;
    await sql`
      insert into webhook_endpoint (id, tenant, url, types, allows_private, allows_plain, secret, created_at_ms, state, reason)
      values (gen_random_uuid(), 'shop', 'https://b.test/', '[]', false, false, 's', 1, 'suspended', 'gone')`;
    const copy = await rig.emptyDatabase();
    expect(await restoreInto(copy, (await rig.taken(subject.database)).path)).toEqual({ pausedEndpoints: 1 });
    const endpoints = await copy.sql`select state, reason from webhook_endpoint order by number`;
    expect([...endpoints]).toEqual([
      { state: "paused", reason: "restored from a backup: resume it where this is the shop" },
      { state: "suspended", reason: "gone" },
    ]);
    await sql`delete from webhook_endpoint where state = 'suspended'`;
  });

  test("counts as used if the one that was backed up was", async () => {
    expect(await isUnused(restored)).toBe(false);
    const fresh = await migratedDatabase(SHARDS);
    const journal = postgresJournal(fresh.database);
    await journal.claim([0, 1], "node-1");
    await journal.close();
    const { path: unused } = await rig.taken(fresh.database);
    await fresh.close();
    expect(await isUnused(await rig.restored(unused))).toBe(true);
  });
});

describe("a backup", () => {
  test("is of one moment, whatever is stored while it is made", async () => {
    const taking = rig.taken(subject.database);
    await subject.database
      .sql`insert into stock (tenant, id) select 'shop', i::text from generate_series(1, 9) as i`;
    const { trailer } = await taking;
    expect([1, 10]).toContain(trailer.tables.find(({ name }) => name === "stock")?.rows ?? 0);
    await subject.database.sql`delete from stock where title is null`;
  });

  test("is its owner's alone, replaces nothing, and leaves nothing when it fails", async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const before = await readFile(path);
    const { takeBackup } = await import("./take-backup.ts");
    const options = { path, release: "test", progress: () => undefined };
    const { signal } = new AbortController();
    await expect(takeBackup(subject.database, { ...options, signal })).rejects.toThrow("stays as it is");
    expect((await readFile(path)).equals(before)).toBe(true);
    const files = await readdir(rig.folder);
    await expect(rig.taken(subject.database, AbortSignal.abort())).rejects.toThrow();
    expect(await readdir(rig.folder)).toEqual(files);
  });

  test("that is cut off, damaged, longer or none at all is told as such, wherever it is", async () => {
    const whole = await readFile(path);
    const told = async (bytes: Uint8Array): Promise<string> => {
      const file = rig.newPath();
      await writeFile(file, bytes);
      return checkBackup(file, () => undefined).then(() => "sound", String);
    };
    expect(await told(whole)).toBe("sound");
    for (let length = 1; length < whole.length; length += 41)
      expect(await told(whole.subarray(0, length)), String(length)).toContain("BackupDamaged: it is cut off");
    for (let at = 0; at < whole.length; at += 47) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      expect(await told(flipped), String(at)).toStartWith("BackupDamaged: ");
    }
    expect(await told(Buffer.concat([whole, Buffer.of(0)]))).toContain("something follows behind its end");
    expect(await told(Buffer.from("PK\u0003\u0004, and so on, and so on"))).toContain(
      "it is no backup of a shop",
    );
    expect(await told(Buffer.from(`STAMPEDE BACKUP 2\n`))).toContain(
      "it has format 2, and this release reads format 1",
    );
  });

  test("that has a part twice, or lacks one, is no backup", async () => {
    const { parts, beginning } = await partsOf(path);
    const file = rig.newPath();
    for (const changed of [
      [...parts.slice(0, 4), ...parts.slice(1)],
      [...parts.slice(0, 1), ...parts.slice(4)],
    ]) {
      await writeFile(file, Buffer.concat([beginning, ...changed]));
      await expect(checkBackup(file, () => undefined)).rejects.toThrow("are not those that were written");
    }
  });
});

describe("a restore", () => {
  test("touches no database that has something in it", async () => {
    const database = await rig.emptyDatabase();
    await database.sql`create table mine ()`;
    await expect(restoreInto(database, path)).rejects.toThrow("is not empty (it has mine)");
  });

  test("that fails in the middle leaves nothing, and can be done again", async () => {
    const database = await rig.emptyDatabase();
    const file = rig.newPath();
    const whole = await readFile(path);
    await writeFile(file, whole.subarray(0, whole.length - 9));
    await expect(restoreInto(database, file)).rejects.toThrow("cut off");
    await restoreInto(database, path);
    for (const table of ["journal_archive", "known_actors"])
      expect(await rowsOf(database, table), table).toEqual(await rowsOf(subject.database, table));
  });

  test("refuses what a newer release has made", async () => {
    const { header } = await checkBackup(path, () => undefined);
    const later = { name: "9999-later.sql", checksum: "x" };
    const migrations = [...header.migrations, later];
    await expect(assertRestorable({ ...header, migrations })).rejects.toThrow("was made by a newer release");
    const { sql } = subject.database;
    await sql`insert into migration (name, checksum) values (${later.name}, ${later.checksum})`;
    await expect(rig.taken(subject.database)).rejects.toThrow("The database was made by a newer release");
    await sql`delete from migration where name = ${later.name}`;
  });

  test("brings what an older release has made up to date", async () => {
    const file = rig.newPath();
    const golden = await Bun.file(new URL("fixtures/backup-1.hex", import.meta.url)).text();
    await writeFile(file, Buffer.from(golden.trim(), "hex"));
    const { header } = await checkBackup(file, () => undefined);
    expect(header.migrations.at(-1)?.name).toBe("0014-retention.sql");
    const database = await rig.restored(file);
    const { shopId } = await migrate(database, { shardCount: header.shardCount });
    expect(shopId).toBe(header.shopId);
    const journal = postgresJournal(database);
    expect(await readMarks(journal, 2)).toEqual(["claim", 1, 2, "claim"]);
    await journal.close();
    for (const table of ["journal_archive", "known_actors"])
      expect(await rowsOf(database, table), table).toEqual(await rowsOf(subject.database, table));
  });
});

async function partsOf(file: string): Promise<{ readonly beginning: Buffer; readonly parts: Buffer[] }> {
  const bytes = await readFile(file);
  const beginning = bytes.subarray(0, bytes.indexOf(0x0a) + 1);
  const parts: Buffer[] = [];
  for (let at = beginning.length; at < bytes.length;) {
    const end = at + 9 + bytes.readUInt32LE(at + 1);
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return { beginning, parts };
}
