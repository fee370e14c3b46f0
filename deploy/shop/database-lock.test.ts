import { expect, test } from "bun:test";
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

/** A database of one test, and who has its lock. They wait most of the time, and do so beside one another. */
class LockedDatabase implements AsyncDisposable {
  readonly #created: TestDatabase;
  readonly #locks: DatabaseLock[] = [];
  readonly database: Database;

  private constructor(created: TestDatabase, database: Database) {
    this.#created = created;
    this.database = database;
  }

  static async make(): Promise<LockedDatabase> {
    const created = await testDatabase();
    return new LockedDatabase(created, await openDatabase(created.url));
  }

  get url(): string {
    return this.#created.url;
  }

  async take(takeOver = false, isShared = false) {
    const ends: Superseded[] = [];
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) };
    const options = { takeOver, isShared, log, superseded: (error: Superseded) => ends.push(error) };
    const lock = await DatabaseLock.take(this.database, options);
    this.#locks.push(lock);
    return { lock, ends, warnings };
  }

  /** A session of a shop that is not watched. */
  async session() {
    const sql = this.database.connect({ statementDeadlineMs: TEST_MS_MAX });
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return { sql, pid: row?.pid ?? 0 };
  }

  async holder(): Promise<number | undefined> {
    const [row] = await this.database.sql<{ pid: number }[]>`
      select pid from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and pg_stat_activity.datname = current_database()`;
    return row?.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#locks.map((lock) => lock.close()));
    await this.database.close();
    await this.#created.close();
  }
}

test.concurrent(
  "the lock is taken again when its connection was ended, and still keeps others out",
  async () => {
    await using shop = await LockedDatabase.make();
    const { ends } = await shop.take();
    const before = await shop.holder();
    await shop.database.sql`select pg_terminate_backend(${before ?? 0}, 5000)`;
    await eventually("the lock is held again", async () => (await shop.holder()) !== undefined);
    expect(await shop.holder()).not.toBe(before);
    await expect(shop.take()).rejects.toThrow(ConfigError);
    expect(ends).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "a connection that broke unnoticed is told by what became of the lock, not as a fault",
  async () => {
    await using shop = await LockedDatabase.make();
    const { warnings } = await shop.take();
    // This thread stands still until the next look is due, which then meets the broken connection.
    const program = `
      import postgres from "postgres";
      const sql = postgres(${JSON.stringify(shop.url)}, { max: 1 });
      await sql\`select pg_terminate_backend(${await shop.holder()}, 5000), pg_sleep(1.1)\`;
      await sql.end();`;
    Bun.spawnSync([process.execPath, "-e", program], { cwd: import.meta.dir, stderr: "inherit" });
    await eventually("the lock is held again", async () => (await shop.holder()) !== undefined);
    await eventually("it is told", () => warnings.length > 0);
    expect(warnings).toEqual(["the lock of the database was lost with its connection, and taken again"]);
  },
  TEST_MS_MAX,
);

test.concurrent(
  "whoever takes the database over has it, and the shop that had it is told once",
  async () => {
    await using shop = await LockedDatabase.make();
    const first = await shop.take();
    const second = await shop.take(true);
    await eventually("the first shop is told", () => first.ends.length > 0);
    expect(first.ends).toEqual([expect.any(Superseded)]);
    await expect(shop.take()).rejects.toThrow("another shop is open on the database");
    expect([first.ends.length, second.ends.length]).toEqual([1, 0]);
  },
  TEST_MS_MAX,
);

test.concurrent(
  "whoever takes the database over gets the lock, though its holder tries at once to have it back",
  async () => {
    await using shop = await LockedDatabase.make();
    const { pid: first, sql: holding } = await shop.session();
    await holding`select pg_advisory_lock(${LOCK_KEY}::bigint)`;
    const { pid: again, sql: waiting } = await shop.session();
    const gotBack = (async () => {
      await eventually("the holder's session has ended", async () => (await shop.holder()) !== first);
      const [row] = await waiting<{ locked: boolean }[]>`
        select pg_try_advisory_lock(${LOCK_KEY}::bigint) as locked`;
      return row?.locked;
    })();
    const second = await shop.take(true);
    expect(await gotBack).toBe(false);
    expect([first, again]).not.toContain((await shop.holder()) ?? 0);
    expect(second.warnings).toEqual(["took the lock of the database from another shop"]);
    await Promise.all([holding.end(), waiting.end()]);
  },
  TEST_MS_MAX,
);

test.concurrent(
  "a lock that was given back is free",
  async () => {
    await using shop = await LockedDatabase.make();
    const { lock } = await shop.take();
    await lock.close();
    expect(await shop.holder()).toBeUndefined();
    await shop.take();
  },
  TEST_MS_MAX,
);

test.concurrent(
  "nodes of a cluster share the database with one another, and with nobody else",
  async () => {
    await using shop = await LockedDatabase.make();
    const nodes = [await shop.take(false, true), await shop.take(false, true)];
    await expect(shop.take()).rejects.toThrow(/a cluster is open on the database .* its nodes end then/);
    const alone = await shop.take(true);
    await eventually("all nodes are told", () => nodes.every(({ ends }) => ends.length > 0));
    await expect(shop.take(false, true)).rejects.toThrow(
      /a shop that is not of this cluster .* Stop it first/,
    );
    expect(alone.ends).toEqual([]);
  },
  TEST_MS_MAX,
);

test.concurrent(
  "a node whose connection to the database was ended has the lock again, whoever shares it",
  async () => {
    await using shop = await LockedDatabase.make();
    const first = await shop.take(false, true);
    const pid = await shop.holder();
    const second = await shop.take(false, true);
    await shop.database.sql`select pg_terminate_backend(${pid ?? 0}, 5000)`;
    await eventually("it is told", () => first.warnings.length > 0);
    expect([...first.ends, ...second.ends]).toEqual([]);
    await expect(shop.take()).rejects.toThrow(ConfigError);
  },
  TEST_MS_MAX,
);
