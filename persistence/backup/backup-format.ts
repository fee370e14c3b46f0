import type { AppliedMigration } from "../postgres/migrate.ts";

/** What a backup file begins with, the version of its format behind it, and the end of a line. */
export const MAGIC = "STAMPEDE BACKUP ";
export const FORMAT_VERSION = 1;
/** All of what a file of this format begins with. */
export const BEGINNING: Buffer = Buffer.from(`${MAGIC}${FORMAT_VERSION}\n`);

/** Bytes of rows that are compressed at a time: the memory that it takes, whatever the size of the shop. */
export const CHUNK_BYTES = 1024 * 1024;
/** A row is never cut, so that a part may be longer than a chunk by one row, which Postgres limits to 1 GiB. */
export const PART_BYTES_MAX = CHUNK_BYTES + 1024 * 1024 * 1024;

/** The kinds of parts, as the first byte of each. */
export const PART = { header: 1, table: 2, rows: 3, tableEnd: 4, trailer: 5 } as const;

/** What is known before the first row. */
export interface BackupHeader {
  /** The release that made it. */
  readonly release: string;
  readonly shopId: string;
  readonly shardCount: number;
  /** Whatever was acknowledged before that moment is in it. ISO 8601, by the clock of the database. */
  readonly takenAt: string;
  /** What made the tables that it has, in order. */
  readonly migrations: readonly AppliedMigration[];
}

/** A table whose rows follow, in Postgres' binary format of COPY. */
export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What came of a table. */
export interface TableFigures {
  readonly name: string;
  readonly rows: number;
  /** Of the rows, before they were compressed. */
  readonly bytes: number;
}

/** What is known behind the last row. */
export interface BackupTrailer {
  readonly finishedAt: string;
  readonly tables: readonly TableFigures[];
  /** Of all bytes before the trailer, in hexadecimal digits. */
  readonly sha256: string;
}

/** A file is not a whole and sound backup; the message says what is wrong, without the file's name. */
export class BackupDamaged extends Error {
  override readonly name = "BackupDamaged";
}
