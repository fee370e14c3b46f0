import type { Segment } from "../../engine/ports/journal.ts";
import { decodeArchiveBlock } from "../codec/archive-block.ts";
import type { StoredSegment } from "../codec/archive-block.ts";
import { decodeSegmentBody, segmentIdentity } from "../codec/segment-body.ts";
import type { Database } from "./database.ts";
import { storedPages } from "./stored-pages.ts";

interface HeadRow {
  readonly shard: number;
  readonly seq: string;
}

/**
 * The segments of a shard behind `afterSeq`, archived or not, in pages of at most `pageSegments`.
 * @throws when one is damaged or missing.
 */
export async function* readSegments(
  database: Database,
  shard: number,
  afterSeq: number,
  pageSegments: number,
): AsyncGenerator<readonly Segment[]> {
  let lastSeq = afterSeq;
  for await (const page of storedPages(database, shard, afterSeq, pageSegments)) {
    const stored = page.type === "segments" ? page.segments : decodeArchiveBlock(page.block.body, page.block);
    const fresh = stored.filter(({ seq }) => seq > lastSeq);
    for (let start = 0; start < fresh.length; start += pageSegments)
      yield fresh.slice(start, start + pageSegments).map((segment) => segmentOf(shard, segment, ++lastSeq));
  }
}

/** Number of the newest segment of every shard that has any. The archive never has it. */
export async function readHeads(
  database: Database,
): Promise<readonly (readonly [shard: number, seq: number])[]> {
  // One look at the end of the index per shard; every shard that has segments has been claimed.
  const rows = await database.read(
    (sql) => sql<HeadRow[]>`
      select owned.shard, tail.seq from shard_owner as owned, lateral (
        select seq from journal_segment where shard = owned.shard order by seq desc limit 1
      ) as tail order by owned.shard`,
  );
  return rows.map((row) => [row.shard, Number(row.seq)] as const);
}

function segmentOf(shard: number, stored: StoredSegment, expectedSeq: number): Segment {
  const { seq, epoch, batchId, body } = stored;
  if (seq !== expectedSeq)
    throw new Error(`segment ${expectedSeq} of shard ${shard} is missing: the next one stored is ${seq}`);
  return { shard, seq, epoch, batchId, body: decodeSegmentBody(body, segmentIdentity(shard, batchId)) };
}
