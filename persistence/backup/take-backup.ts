import type { Sql } from "postgres";
import { textsLiteral } from "../postgres/array-literal.ts";
import type { Database } from "../postgres/database.ts";
import { assertKnown, readMigrations } from "../postgres/migrate.ts";
import type { AppliedMigration } from "../postgres/migrate.ts";
import type { BackupHeader, BackupTable, BackupTrailer } from "./backup-format.ts";
import { BackupWriter } from "./backup-writer.ts";
import { copyOutStatement, quoted } from "./copy-statement.ts";
import { NewFile } from "./new-file.ts";
import { STORED_TABLES } from "./stored-tables.ts";
import { Transaction } from "../postgres/transaction.ts";

/** How a backup is made. */
export interface BackupOptions {
  readonly path: string;
  /** The release that makes it. */
  readonly release: string;
  readonly signal: AbortSignal;
  /** Called now and then with the bytes of rows that were read, and those of the file so far. */
  readonly progress: (rowBytes: number, fileBytes: number) => void;
}

/** A backup that is on the disk. */
export interface TakenBackup {
  readonly header: BackupHeader;
  readonly trailer: BackupTrailer;
  /** Of the file. */
  readonly bytes: number;
}

interface ShopRow {
  readonly shop_id: string;
  readonly shard_count: number;
}

/**
 * Writes all that a shop is into a file: what one transaction sees, while others go on. The file is there when it is whole.
 * @throws {FileExists} when there is one of that name.
 */
export async function takeBackup(database: Database, options: BackupOptions): Promise<TakenBackup> {
  const file = await NewFile.create(options.path);
  try {
    const transaction = await Transaction.begin(
      database,
      beginning(await storedTablesOf(database.sql)),
      options.signal,
    );
    try {
      const { sql } = transaction;
      const header = await headerOf(sql, options.release);
      const writer = await BackupWriter.begin(file, header);
      let rowBytes = 0;
      for (const name of await storedTablesOf(sql)) {
        const table = { name, columns: await columnsOf(sql, name) };
        await writer.table(table, (take) => {
          const taking = (bytes: Uint8Array): Promise<void> | undefined => {
            rowBytes += bytes.length;
            const taken = take(bytes);
            if (taken !== undefined) options.progress(rowBytes, writer.bytes);
            return taken;
          };
          return transaction.copyOut(copyOutStatement(table), taking);
        });
      }
      await transaction.commit();
      const trailer = await writer.finish(new Date().toISOString());
      return { header, trailer, bytes: writer.bytes };
    } finally {
      await transaction.end();
    }
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Rows are read and written meanwhile as ever. Nobody changes the tables themselves: the lock comes before the first look at them. */
function beginning(tables: readonly string[]): string {
  const locked = ["migration", ...tables].map(quoted).join(", ");
  return `begin isolation level repeatable read read only; lock table ${locked} in access share mode`;
}

/** Those of our tables that there are: an older release had fewer. */
async function storedTablesOf(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ readonly name: string }[]>`
    select name from unnest(${textsLiteral(STORED_TABLES)}::text[]) as given (name)
    where to_regclass(quote_ident(name)) is not null`;
  const there = new Set(rows.map(({ name }) => name));
  return STORED_TABLES.filter((name) => there.has(name));
}

async function headerOf(sql: Sql, release: string): Promise<BackupHeader> {
  const applied = await sql<AppliedMigration[]>`select name, checksum from migration order by name`;
  const migrations = applied.map(({ name, checksum }) => ({ name, checksum }));
  assertKnown(migrations, await readMigrations(), "database");
  const [shop] = await sql<ShopRow[]>`select shop_id, shard_count from shop`;
  const [time] = await sql<{ readonly taken_at: Date }[]>`select now() as taken_at`;
  if (shop === undefined || time === undefined) throw new Error("The database has lost its shop row.");
  const { shop_id: shopId, shard_count: shardCount } = shop;
  return { release, shopId, shardCount, takenAt: time.taken_at.toISOString(), migrations };
}

/** Columns that are stored; Postgres works the others out. */
async function columnsOf(sql: Sql, table: string): Promise<BackupTable["columns"]> {
  const rows = await sql<{ readonly name: string }[]>`
    select attname::text as name from pg_attribute
    where attrelid = to_regclass(${table}) and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`;
  return rows.map(({ name }) => name);
}
