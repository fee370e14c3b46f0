import type { Database } from "../../persistence/postgres/database.ts";

/** Bytes that the journal and its archive take in a database, with their indexes. */
export async function journalBytes({ sql }: Database): Promise<number> {
  const [row] = await sql<{ bytes: string }[]>`
    select pg_total_relation_size('journal_segment') + pg_total_relation_size('journal_archive') as bytes`;
  return Number(row?.bytes ?? 0);
}
