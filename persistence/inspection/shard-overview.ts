import type { Database } from "../postgres/database.ts";

/** What the tables say about one shard at one moment. */
export interface ShardOverview {
  readonly shard: number;
  /** The newest segment; undefined when the journal has none. */
  readonly head: { readonly seq: number; readonly epoch: number } | undefined;
  /** Undefined when the shard was never claimed. */
  readonly owner: { readonly name: string; readonly epoch: number } | undefined;
  /** Number of the last segment in the archive; 0 for none. */
  readonly archivedSeq: number;
}

interface OverviewRow {
  readonly shard: number;
  readonly head_seq: string | null;
  readonly head_epoch: string | null;
  readonly owner: string | null;
  readonly owner_epoch: string | null;
  readonly archived_seq: string | null;
}

/** Every shard that any table knows, read by one statement: what it says belongs together while shops run. */
export async function overviewShards(database: Database): Promise<readonly ShardOverview[]> {
  // Each step of `used` and `pictured` looks up the next shard in the index; a plain distinct would read all of it.
  const rows = await database.read(
    (sql) => sql<OverviewRow[]>`
      with recursive used as (
        (select shard from journal_segment order by shard limit 1)
        union all
        select (select after.shard from journal_segment as after where after.shard > used.shard order by after.shard limit 1)
        from used where used.shard is not null
      ), pictured as (
        (select shard from actor_snapshot order by shard limit 1)
        union all
        select (select after.shard from actor_snapshot as after where after.shard > pictured.shard order by after.shard limit 1)
        from pictured where pictured.shard is not null
      ), known as (
        select shard from used where shard is not null
        union select shard from pictured where shard is not null
        union select shard from shard_owner
        union select shard from journal_archive
        union select shard from shard_checkpoint
      )
      select known.shard, head.seq as head_seq, head.epoch as head_epoch, shard_owner.owner,
        shard_owner.epoch as owner_epoch,
        (select max(last_seq) from journal_archive where shard = known.shard) as archived_seq
      from known
      left join shard_owner on shard_owner.shard = known.shard
      left join lateral (
        select seq, epoch from journal_segment where shard = known.shard order by seq desc limit 1
      ) as head on true
      order by known.shard`,
  );
  return rows.map((row) => ({
    shard: row.shard,
    head: row.head_seq === null ? undefined : { seq: Number(row.head_seq), epoch: Number(row.head_epoch) },
    owner: row.owner === null ? undefined : { name: row.owner, epoch: Number(row.owner_epoch) },
    archivedSeq: Number(row.archived_seq ?? 0),
  }));
}
