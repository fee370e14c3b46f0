import type { Journal, Segment } from "../../engine/ports/journal.ts";
import { decodeArchiveBlock } from "../codec/archive-block.ts";
import type { StoredSegment } from "../codec/archive-block.ts";
import { decodeSegmentBody, segmentIdentity } from "../codec/segment-body.ts";
import { segmentPieces } from "../codec/segment-pieces.ts";
import { AppendClient } from "./append-client.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";
import { shardOwners } from "./shard-owners.ts";
import { storedPages, storedSegments } from "./stored-pages.ts";

/** How a journal uses its database. */
export interface PostgresJournalOptions {
  /**
   * An append that takes longer ends as `unknown`, ms. Nor does the server work on a claim for longer; and who asks who owns a shard, or
   * takes one again, waits no longer.
   */
  readonly appendDeadlineMs?: number;
  /** The server works no longer on each page that is read, ms: clients wait for those, too. */
  readonly readDeadlineMs?: number;
  /** Segments per page of `read`. */
  readonly pageSegments?: number;
  /** Milliseconds since the epoch, written into takeover records. */
  readonly nowMs?: () => number;
}

interface HeadRow {
  readonly shard: number;
  readonly seq: string;
}

const APPEND_DEADLINE_MS = 10_000;
const READ_DEADLINE_MS = 20_000;
const PAGE_SEGMENTS = 500;
// Taken in from the connection within a few milliseconds.
const SMALL_PAGE_SEGMENTS = 200;
// Times its own size: segments of a sale are packed into a quarter of theirs.
const BLOCK_UNPACKS_TO = 4;

/** The journal in Postgres. */
export function postgresJournal(source: DatabaseSource, options: PostgresJournalOptions = {}): Journal {
  const database = databaseOf(source, {
    applicationName: "stampede journal",
    statementDeadlineMs: options.readDeadlineMs ?? READ_DEADLINE_MS,
  });
  const deadlineMs = options.appendDeadlineMs ?? APPEND_DEADLINE_MS;
  const appends = new AppendClient(database, deadlineMs);
  const pageSegments = options.pageSegments ?? PAGE_SEGMENTS;
  const owners = shardOwners(database, { deadlineMs, nowMs: options.nowMs ?? Date.now });
  return {
    ...owners,

    append: (segments) => appends.append(segments),

    async close() {
      await Promise.all([appends.close(), owners.close()]);
      await database.close();
    },

    async *read(shard, afterSeq, piece): AsyncGenerator<readonly Segment[]> {
      let lastSeq = afterSeq;
      const decoded = (segments: readonly StoredSegment[]): readonly Segment[] =>
        segments.map((segment) => segmentOf(shard, ++lastSeq, segment));
      const fetched = piece === undefined ? pageSegments : Math.min(pageSegments, SMALL_PAGE_SEGMENTS);
      for await (const page of storedPages(database, shard, afterSeq, fetched)) {
        if (page.type === "block") await piece?.(page.block.body.length * BLOCK_UNPACKS_TO);
        const stored =
          page.type === "segments" ? page.segments : decodeArchiveBlock(page.block.body, page.block);
        const fresh = stored.filter(({ seq }) => seq > lastSeq);
        if (piece === undefined) {
          for (let start = 0; start < fresh.length; start += pageSegments)
            yield decoded(fresh.slice(start, start + pageSegments));
          continue;
        }
        for (const { segments, bytes } of segmentPieces(fresh)) {
          await piece(bytes);
          yield decoded(segments);
        }
      }
    },

    async pick(shard, seqs) {
      const stored = await storedSegments(database, shard, seqs);
      return seqs.map((seq) => segmentOf(shard, seq, stored.get(seq)));
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

function segmentOf(shard: number, expectedSeq: number, stored: StoredSegment | undefined): Segment {
  if (stored?.seq !== expectedSeq)
    throw new Error(
      `segment ${expectedSeq} of shard ${shard} is missing: in its place is ${stored?.seq ?? "none"}`,
    );
  const { seq, epoch, batchId, body } = stored;
  return { shard, seq, epoch, batchId, body: decodeSegmentBody(body, segmentIdentity(shard, batchId)) };
}
