import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import type { Database } from "../postgres/database.ts";
import { applyMissing, assertKnown, lockMigrations, readMigrations } from "../postgres/migrate.ts";
import { takeOverShards } from "../postgres/shard-owners.ts";
import { newTimeline, TIMELINE_NUMBERS } from "../postgres/timeline.ts";
import type { BackupHeader } from "./backup-format.ts";
import { BackupDamaged } from "./backup-format.ts";
import { BackupReader } from "./backup-reader.ts";
import { copyInStatement, quoted } from "./copy-statement.ts";
import { STORED_TABLES } from "./stored-tables.ts";
import { Transaction } from "../postgres/transaction.ts";
import type { CopyIn } from "../postgres/transaction.ts";

const PAUSED = "restored from a backup: resume it where this is the shop";

/** How a shop is restored. */
export interface RestoreOptions {
  readonly path: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Called now and then with the bytes of the file that were read. */
  readonly progress: (bytes: number) => void;
}

/** What restoring has made of the shop, beside what the backup has. */
export interface RestoredShop {
  /** Endpoints of webhooks that were active, and are paused. */
  readonly pausedEndpoints: number;
}

/** The database that a shop was to be restored into has tables already. */
export class DatabaseNotEmpty extends Error {
  override readonly name = "DatabaseNotEmpty";
}

/** @throws {DatabaseNotEmpty} when something is in it. */
export async function assertEmpty(database: Pick<Database, "sql" | "server">): Promise<void> {
  const [row] = await database.sql<{ readonly found: string | null }[]>`
    select min(relname::text) as found from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'f')`;
  const found = row?.found ?? null;
  if (found === null) return;
  throw new DatabaseNotEmpty(
    `the database at ${database.server} is not empty (it has ${found}): restore into a new one`,
  );
}

/** @throws when a newer release made the backup, or another one. */
export async function assertRestorable({ migrations }: BackupHeader): Promise<void> {
  assertKnown(migrations, await readMigrations(), "backup");
}

/**
 * Makes the shop of a backup in an empty database, all of it or nothing: the tables as they were, their rows, and then what has changed
 * in the tables since. The shop begins a new timeline, so that no process that knew a later state of it can append to it, and tells
 * nobody: it may be a copy beside the one that still sells.
 * @throws {DatabaseNotEmpty | BackupDamaged} and then the database is as it was.
 */
export async function restoreBackup(database: Database, options: RestoreOptions): Promise<RestoredShop> {
  const reader = await BackupReader.open(options.path);
  try {
    const { header } = reader;
    const migrations = await readMigrations();
    assertKnown(header.migrations, migrations, "backup");
    const had = new Set(header.migrations.map(({ name }) => name));
    const theirs = migrations.filter(({ name }) => had.has(name));
    const transaction = await Transaction.begin(database, "begin", options.signal);
    try {
      const { sql } = transaction;
      await lockMigrations(sql);
      await assertEmpty({ sql, server: database.server });
      await applyMissing(sql, theirs, database.log);
      await fill(transaction, reader, options);
      await continueIdentities(sql);
      await applyMissing(sql, migrations, database.log);
      await beginTimeline(sql, header, options.nowMs);
      const pausedEndpoints = await pauseEndpoints(sql);
      await transaction.commit();
      await analyze(sql, database.log);
      return { pausedEndpoints };
    } finally {
      await transaction.end();
    }
  } finally {
    await reader.close();
  }
}

async function fill(transaction: Transaction, reader: BackupReader, options: RestoreOptions): Promise<void> {
  const { sql } = transaction;
  let copy: CopyIn | undefined;
  for await (const part of reader.parts()) {
    options.progress(reader.bytes);
    if (part.type === "table") {
      const { name } = part.table;
      if (!STORED_TABLES.includes(name)) throw new BackupDamaged(`it has a table that no shop has: ${name}`);
      // Some tables are made with a first row.
      await sql.unsafe(`delete from ${quoted(name)}`);
      copy = await transaction.copyIn(copyInStatement(part.table));
    } else if (part.type === "rows") await copy?.write(part.bytes);
    else if (part.type === "tableEnd") await copy?.end();
  }
}

/** Numbers that the database gives out go on behind the highest one. */
async function continueIdentities(sql: Sql): Promise<void> {
  const columns = await sql<{ readonly table: string; readonly name: string }[]>`
    select relname::text as table, attname::text as name
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = current_schema()::regnamespace and attidentity <> '' and not attisdropped`;
  for (const { table, name } of columns)
    await sql.unsafe(
      `select setval(pg_get_serial_sequence('${quoted(table)}', '${name}'), max(${quoted(name)})) from ${quoted(table)}`,
    );
}

/** Both the shop and a copy of it sign rightly: only people know which of them receivers are to listen to. */
async function pauseEndpoints(sql: Sql): Promise<number> {
  const paused = await sql`
    update webhook_endpoint set state = 'paused', reason = ${PAUSED}, revision = revision + 1
    where state = 'active' returning id`;
  return paused.length;
}

/** The planner knows nothing of what has come at once; should that fail, the server does it by itself after a while. */
async function analyze(sql: Sql, log: Log | undefined): Promise<void> {
  try {
    await sql.unsafe(`analyze ${STORED_TABLES.map(quoted).join(", ")}`);
  } catch (error) {
    log?.warn(
      { err: error },
      "the restored tables are not analyzed yet; queries may be slow until Postgres has",
    );
  }
}

/** Raises all numbers that fence, and takes every shard over, so that its journal says so as well. */
async function beginTimeline(sql: Sql, { shardCount }: BackupHeader, nowMs: number): Promise<void> {
  const [row] = await sql<{ readonly newest: string }[]>`
    select greatest(
      (select max(epoch) from shard_owner), (select term from coordinator),
      (select max(incarnation) from node), (select incarnation from forgotten_node), 0
    ) as newest`;
  const first = newTimeline(Number(row?.newest ?? 0), nowMs);
  const within = TIMELINE_NUMBERS;
  const owner = `restored/${crypto.randomUUID()}`;
  await sql`update shard_owner set epoch = ${first}::bigint + epoch % ${within}::bigint`;
  await sql`
    insert into shard_owner (shard, epoch, owner)
    select shard, ${first}::bigint, ${owner} from generate_series(0, ${shardCount}::integer - 1) as given (shard)
    on conflict do nothing`;
  await sql`update coordinator set term = ${first}::bigint + term % ${within}::bigint`;
  await sql`update node set incarnation = ${first}::bigint + incarnation % ${within}::bigint`;
  await sql`update forgotten_node set incarnation = ${first}::bigint + incarnation % ${within}::bigint`;
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  await takeOverShards(sql, shards, owner, nowMs);
}
