import type { Claim, Journal } from "../../../engine/ports/journal.ts";
import { postgresJournal } from "../../postgres/journal.ts";
import { postgresSnapshots } from "../../postgres/snapshots.ts";
import { migratedDatabase } from "../../testing/migrated-database.ts";
import type { MigratedDatabase } from "../../testing/migrated-database.ts";
import { segmentsAfter } from "../../testing/samples.ts";
import { archiveJournal } from "../archive-journal.ts";
import type { ArchiveOptions } from "../archive-journal.ts";
import type { ArchiveReport } from "../archive-report.ts";

/** A journal with an archive in a database of its own; every mark of a segment is its time. */
export class ArchiveRig {
  readonly database: MigratedDatabase;
  readonly journal: Journal;

  private constructor(database: MigratedDatabase) {
    this.database = database;
    this.journal = this.open();
  }

  static async open(): Promise<ArchiveRig> {
    return new ArchiveRig(await migratedDatabase());
  }

  get sql() {
    return this.database.database.sql;
  }

  /** A journal of a process of its own would see the same. */
  open(pageSegments = 3): Journal {
    return postgresJournal(this.database.database, { pageSegments });
  }

  /** Takes shards over and appends a segment to each of them at every time from `firstMs` to `lastMs`. */
  async grow(shards: readonly number[], firstMs: number, lastMs: number): Promise<readonly Claim[]> {
    const claims = await this.journal.claim(shards, "owner");
    for (let atMs = firstMs; atMs <= lastMs; atMs++)
      await this.journal.append(segmentsAfter(claims, atMs, atMs - firstMs + 1));
    return claims;
  }

  /** Makes as if all up to a segment were in a checkpoint. */
  async checkpoint(shard: number, seq: number): Promise<void> {
    const memory = {
      outbox: [],
      calls: [],
      sentNumbers: [],
      receivedNumbers: [],
      callNumber: 0,
      atMs: 0,
    };
    const snapshots = postgresSnapshots(this.database.database);
    await snapshots.save({ shard, seq, memory, known: { count: 0, pages: [] } }, []);
  }

  /** Archives in blocks of four segments. */
  archive(beforeMs: number, options: Partial<ArchiveOptions> = {}): Promise<ArchiveReport> {
    const limits = { segmentsMax: 4, bytesMax: 1_000_000 };
    return archiveJournal(this.database.database, { beforeMs, limits, ...options });
  }

  /** Numbers of the segments of a shard that are in the table of the journal. */
  async inJournal(shard: number): Promise<readonly number[]> {
    const rows = await this.sql<{ readonly seq: string }[]>`
      select seq from journal_segment where shard = ${shard} order by seq`;
    return rows.map(({ seq }) => Number(seq));
  }

  /** First and last numbers of the blocks of a shard. */
  async blocks(shard: number): Promise<readonly (readonly [first: number, last: number])[]> {
    const rows = await this.sql<{ readonly first_seq: string; readonly last_seq: string }[]>`
      select first_seq, last_seq from journal_archive where shard = ${shard} order by last_seq`;
    return rows.map((row) => [Number(row.first_seq), Number(row.last_seq)]);
  }

  async reset(): Promise<void> {
    await this.sql`
      truncate journal_segment, journal_archive, shard_owner, shard_checkpoint, known_actors, actor_snapshot`;
  }

  async close(): Promise<void> {
    await this.journal.close();
    await this.database.close();
  }
}
