import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Log } from "../../engine/ports/log.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { openDatabase, type Database } from "../../persistence/postgres/database.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import { ConfigError } from "../config.ts";
import { DatabaseLock } from "./database-lock.ts";
import { Superseded } from "./superseded.ts";

const TEST_MS_MAX = 60_000;
// As in database-lock.ts ("shop").
const LOCK_KEY = 0x73686f70;

let created: TestDatabase;
let database: Database;
const locks: DatabaseLock[] = [];

beforeEach(async () => {
  created = await testDatabase();
  database = await openDatabase(created.url);
}, TEST_MS_MAX);

afterEach(async () => {
  await Promise.all(locks.splice(0).map((lock) => lock.close()));
  await database.close();
  await created.close();
}, TEST_MS_MAX);

async function take(takeOver = false, isShared = false) {
  const ends: Superseded[] = [];
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) };
  const options = { takeOver, isShared, log, superseded: (error: Superseded) => ends.push(error) };
  const lock = await DatabaseLock.take(database, options);
  locks.push(lock);
  return { lock, ends, warnings };
}

/** A session of a shop that is not watched. */
async function session() {
  const sql = database.connect({ statementDeadlineMs: TEST_MS_MAX });
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return { sql, pid: row?.pid ?? 0 };
}

async function holder(): Promise<number | undefined> {
  const [row] = await database.sql<{ pid: number }[]>`
    select pid from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and pg_stat_activity.datname = current_database()`;
  return row?.pid;
}

test(
  "the lock is taken again when its connection was ended, and still keeps others out",
  async () => {
    const { ends } = await take();
    const before = await holder();
    await database.sql`select pg_terminate_backend(${before ?? 0}, 5000)`;
    await eventually("the lock is held again", async () => (await holder()) !== undefined);
    expect(await holder()).not.toBe(before);
    await expect(take()).rejects.toThrow(ConfigError);
    expect(ends).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "a connection that broke unnoticed is told by what became of the lock, not as a fault",
  async () => {
    const { warnings } = await take();
    // This thread stands still until the next look is due, which then meets the broken connection.
    const program = `
      import postgres from "postgres";
      const sql = postgres(${JSON.stringify(created.url)}, { max: 1 });
      await sql\`select pg_terminate_backend(${await holder()}, 5000), pg_sleep(1.1)\`;
      await sql.end();`;
    Bun.spawnSync([process.execPath, "-e", program], { cwd: import.meta.dir, stderr: "inherit" });
    await eventually("the lock is held again", async () => (await holder()) !== undefined);
    await eventually("it is told", () => warnings.length > 0);
    expect(warnings).toEqual(["the lock of the database was lost with its connection, and taken again"]);
  },
  TEST_MS_MAX,
);

test(
  "whoever takes the database over has it, and the shop that had it is told once",
  async () => {
    const first = await take();
    const second = await take(true);
    await eventually("the first shop is told", () => first.ends.length > 0);
    expect(first.ends).toEqual([expect.any(Superseded)]);
    await expect(take()).rejects.toThrow("another shop is open on the database");
    expect([first.ends.length, second.ends.length]).toEqual([1, 0]);
  },
  TEST_MS_MAX,
);

test(
  "whoever takes the database over gets the lock, though its holder tries at once to have it back",
  async () => {
    const { pid: first, sql: holding } = await session();
    await holding`select pg_advisory_lock(${LOCK_KEY}::bigint)`;
    const { pid: again, sql: waiting } = await session();
    const gotBack = (async () => {
      await eventually("the holder's session has ended", async () => (await holder()) !== first);
      const [row] = await waiting<{ locked: boolean }[]>`
        select pg_try_advisory_lock(${LOCK_KEY}::bigint) as locked`;
      return row?.locked;
    })();
    const second = await take(true);
    expect(await gotBack).toBe(false);
    expect([first, again]).not.toContain((await holder()) ?? 0);
    expect(second.warnings).toEqual(["took the lock of the database from another shop"]);
    await Promise.all([holding.end(), waiting.end()]);
  },
  TEST_MS_MAX,
);

test(
  "a lock that was given back is free",
  async () => {
    const { lock } = await take();
    await lock.close();
    expect(await holder()).toBeUndefined();
    await take();
  },
  TEST_MS_MAX,
);

test(
  "nodes of a cluster share the database with one another, and with nobody else",
  async () => {
    const nodes = [await take(false, true), await take(false, true)];
    await expect(take()).rejects.toThrow(/a cluster is open on the database .* its nodes end then/);
    const alone = await take(true);
    await eventually("all nodes are told", () => nodes.every(({ ends }) => ends.length > 0));
    await expect(take(false, true)).rejects.toThrow(/a shop that is not of this cluster .* Stop it first/);
    expect(alone.ends).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "a node whose connection to the database was ended has the lock again, whoever shares it",
  async () => {
    const first = await take(false, true);
    const pid = await holder();
    const second = await take(false, true);
    await database.sql`select pg_terminate_backend(${pid ?? 0}, 5000)`;
    await eventually("it is told", () => first.warnings.length > 0);
    expect([...first.ends, ...second.ends]).toEqual([]);
    await expect(take()).rejects.toThrow(ConfigError);
  },
  TEST_MS_MAX,
);
