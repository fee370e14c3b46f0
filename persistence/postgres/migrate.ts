import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import type { Database } from "./database.ts";

/** What is fixed for the life of a database. */
export interface ShopIdentity {
  /** UUID made with the database. */
  readonly shopId: string;
}

/** What a database says of a migration that made it. */
export interface AppliedMigration {
  readonly name: string;
  /** SHA-256 of its statements, in hexadecimal digits. */
  readonly checksum: string;
}

/** A step from one release's tables to the next one's. */
export interface Migration extends AppliedMigration {
  readonly sql: string;
}

interface ShopRow {
  readonly shop_id: string;
  readonly shard_count: number;
}

const FOLDER = join(import.meta.dir, "migrations");
// Any number that nobody else uses as an advisory lock in this database ("stam").
const LOCK_KEY = 0x7374616d;
const STATEMENT_DEADLINE_MS = 600_000;
// Whoever waits for a table that somebody reads has everybody else wait behind it, appends of other nodes included. So we wait for a
// moment only, and come again.
const LOCK_WAIT_MS = 1_000;
const LOCK_PAUSE_MS = 2_000;
const LOCK_PATIENCE_MS = 300_000;
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Brings the tables up to date; several processes may do so at once. Makes the shop's identity the first time.
 * @throws when the database was made with another number of shards, or by a newer or altered release.
 */
export async function migrate(
  database: Database,
  options: { readonly shardCount: number },
): Promise<ShopIdentity> {
  const sql = database.connect({ statementDeadlineMs: STATEMENT_DEADLINE_MS });
  try {
    // Belongs to the connection: it is free again as soon as this one ends, however it ends.
    await sql`select pg_advisory_lock(${LOCK_KEY})`;
    await sql`select set_config('lock_timeout', ${`${LOCK_WAIT_MS}ms`}, false)`;
    await applyMissing(sql, await readMigrations(), database.log);
    return await openShop(sql, options.shardCount);
  } finally {
    await sql.end();
  }
}

/** Holds whoever else would migrate the database, until the transaction ends. */
export async function lockMigrations(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_KEY})`;
}

/** All migrations of this release, in their order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(FOLDER, name), "utf8");
      return { name, sql: text, checksum: new Bun.CryptoHasher("sha256").update(text).digest("hex") };
    }),
  );
}

/**
 * Applies those of the migrations that the database has not had.
 * @throws when it had others.
 */
export async function applyMissing(
  sql: Sql,
  migrations: readonly Migration[],
  log: Log | undefined,
): Promise<void> {
  await sql`
    create table if not exists migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now()
    )`;
  const applied = await sql<AppliedMigration[]>`select name, checksum from migration order by name`;
  assertKnown(applied, migrations, "database");
  const known = new Set(applied.map(({ name }) => name));
  // By name: a build between two releases may have applied one of a higher number.
  for (const migration of migrations.filter(({ name }) => !known.has(name)))
    await applyInTime(sql, migration, log);
}

/**
 * Makes sure that the migrations that made something are known.
 * @throws when this release does not know one of them, or knows another of that name.
 */
export function assertKnown(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
  what: "database" | "backup",
): void {
  for (const row of applied) {
    const migration = migrations.find(({ name }) => name === row.name);
    if (migration === undefined)
      throw new Error(`The ${what} was made by a newer release (migration ${row.name}). Use that release.`);
    if (migration.checksum !== row.checksum)
      throw new Error(
        `Migration ${row.name} is not the one that made this ${what}. Use the release that did.`,
      );
  }
}

async function applyInTime(sql: Sql, migration: Migration, log: Log | undefined): Promise<void> {
  const endsAtMs = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await apply(sql, migration);
    } catch (error) {
      if (!(error instanceof postgres.PostgresError && error.code === LOCK_NOT_AVAILABLE)) throw error;
      if (performance.now() > endsAtMs)
        throw new Error(
          `Migration ${migration.name} changes a table that another program has been using for five minutes. ` +
            "The view pg_stat_activity of the database shows which; end it, or start again once it is done.",
          { cause: error },
        );
    }
    log?.info({ path: migration.name }, "a migration waits for a table that another program uses");
    await Bun.sleep(LOCK_PAUSE_MS);
  }
}

// One simple query is one transaction: a failure anywhere leaves nothing behind.
async function apply(sql: Sql, migration: Migration): Promise<void> {
  const record = `insert into migration (name, checksum) values ('${migration.name}', '${migration.checksum}')`;
  await sql.unsafe(`${migration.sql};\n${record}`);
}

async function openShop(sql: Sql, shardCount: number): Promise<ShopIdentity> {
  await sql`insert into shop (shard_count) values (${shardCount}) on conflict do nothing`;
  const [shop] = await sql<ShopRow[]>`select shop_id, shard_count from shop`;
  if (shop === undefined) throw new Error("The database has lost its shop row. Restore it from a backup.");
  if (shop.shard_count !== shardCount)
    throw new Error(
      `This database spreads its actors over ${shop.shard_count} shards, but the configuration says ${shardCount}. ` +
        `The number is fixed when a database is made: set it to ${shop.shard_count}.`,
    );
  return { shopId: shop.shop_id };
}
