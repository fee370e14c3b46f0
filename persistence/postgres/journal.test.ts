import { journalConformance } from "../conformance/journal-conformance.ts";
import type { JournalSubject } from "../conformance/journal-conformance.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import { postgresJournal } from "./journal.ts";

journalConformance("postgres", async (): Promise<JournalSubject> => {
  const { url, database, close } = await migratedDatabase();
  const { sql } = database;
  return {
    // Each has connections of its own, as a process has.
    open: (options) => postgresJournal(url, options),
    async damage(shard, seq) {
      await sql`
        update journal_segment set body = set_byte(body, length(body) - 1, 1 # get_byte(body, length(body) - 1))
        where shard = ${shard} and seq = ${seq}`;
    },
    async misplace(shard, fromSeq, toSeq) {
      await sql`
        update journal_segment as wrong set body = other.body from journal_segment as other
        where wrong.shard = ${shard} and wrong.seq = ${toSeq} and other.shard = ${shard} and other.seq = ${fromSeq}`;
    },
    async remove(shard, seq) {
      await sql`delete from journal_segment where shard = ${shard} and seq = ${seq}`;
    },
    async reset() {
      await sql`truncate journal_segment, shard_owner`;
    },
    close,
  };
});
