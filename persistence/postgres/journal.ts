import type { Journal, Segment } from "../../engine/ports/journal.ts";
import { decodeSegmentBody, segmentIdentity } from "../codec/segment-body.ts";
import { AppendClient } from "./append-client.ts";
import { claimShards, confirmOwner, reclaimShards } from "./claims.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

/** How a journal uses its database. */
export interface PostgresJournalOptions {
  /** An append that takes longer ends as `unknown`, ms. Nor does it take longer to learn who owns a shard. */
  readonly appendDeadlineMs?: number;
  /** Segments per page of `read`. */
  readonly pageSegments?: number;
  /** Milliseconds since the epoch, written into takeover records. */
  readonly nowMs?: () => number;
}

interface SegmentRow {
  readonly seq: string;
  readonly epoch: string;
  readonly batch_id: string;
  readonly body: Uint8Array;
}

interface HeadRow {
  readonly shard: number;
  readonly seq: string;
}

const APPEND_DEADLINE_MS = 10_000;
const PAGE_SEGMENTS = 500;

/** The journal in Postgres. */
export function postgresJournal(source: DatabaseSource, options: PostgresJournalOptions = {}): Journal {
  const database = databaseOf(source, { applicationName: "stampede journal" });
  const deadlineMs = options.appendDeadlineMs ?? APPEND_DEADLINE_MS;
  const appends = new AppendClient(database, deadlineMs);
  const pageSegments = options.pageSegments ?? PAGE_SEGMENTS;
  const nowMs = options.nowMs ?? Date.now;
  const takeover = (owner: string) => ({ owner, atMs: nowMs() });
  return {
    append: (segments) => appends.append(segments),

    async close() {
      await appends.close();
      await database.close();
    },

    claim: (shards, owner) => claimShards(database, shards, takeover(owner)),

    reclaim: (shards, owner) => reclaimShards(database, shards, takeover(owner)),

    confirm: (shards, owner) => confirmOwner(database, shards, owner, deadlineMs),

    async *read(shard, afterSeq): AsyncGenerator<readonly Segment[]> {
      let lastSeq = afterSeq;
      for (;;) {
        const rows = await database.read(
          (sql) => sql<SegmentRow[]>`
            select seq, epoch, batch_id, body from journal_segment
            where shard = ${shard}::integer and seq > ${lastSeq}::bigint order by seq limit ${pageSegments}::integer`,
        );
        if (rows.length === 0) return;
        const page: Segment[] = [];
        for (const row of rows) page.push(segmentOf(shard, row, ++lastSeq));
        yield page;
        if (rows.length < pageSegments) return;
      }
    },

    async heads() {
      // One look at the end of the index per shard; every shard that has segments has been claimed.
      const rows = await database.read(
        (sql) => sql<HeadRow[]>`
          select owned.shard, tail.seq from shard_owner as owned, lateral (
            select seq from journal_segment where shard = owned.shard order by seq desc limit 1
          ) as tail order by owned.shard`,
      );
      return rows.map((row) => [row.shard, Number(row.seq)] as const);
    },
  };
}

function segmentOf(shard: number, row: SegmentRow, expectedSeq: number): Segment {
  const seq = Number(row.seq);
  if (seq !== expectedSeq)
    throw new Error(`segment ${expectedSeq} of shard ${shard} is missing: the next one stored is ${seq}`);
  return {
    shard,
    seq,
    epoch: Number(row.epoch),
    batchId: row.batch_id,
    body: decodeSegmentBody(row.body, segmentIdentity(shard, row.batch_id)),
  };
}
