import type { Database } from "./database.ts";
import { TIMELINE_NUMBERS } from "./timeline.ts";

/**
 * Whether nothing has ever been stored but takeover records: a claim raises a shard's epoch by one and writes one segment,
 * so that a shard's newest number is beyond its epoch, as it counts within its timeline, once it has been used.
 */
export async function isUnused(database: Database): Promise<boolean> {
  const [row] = await database.read(
    (sql) => sql<{ readonly unused: boolean }[]>`
      select not exists (
        select from shard_owner as owned, lateral (
          select seq from journal_segment where shard = owned.shard order by seq desc limit 1
        ) as tail where tail.seq > owned.epoch % ${TIMELINE_NUMBERS}::bigint
      ) as unused`,
  );
  return row?.unused === true;
}
