import { decodeArchiveBlock } from "../codec/archive-block.ts";
import type { BlockRange, StoredSegment } from "../codec/archive-block.ts";
import { numbersLiteral } from "./array-literal.ts";
import type { Database } from "./database.ts";

/** A block of the archive as it is stored. */
export interface StoredBlock extends BlockRange {
  readonly body: Uint8Array;
}

/** What is stored next of a shard: segments of the journal, or a block of older ones. */
export type StoredPage =
  | { readonly type: "segments"; readonly segments: readonly StoredSegment[] }
  | { readonly type: "block"; readonly block: StoredBlock };

interface SegmentRow {
  readonly seq: string;
  readonly epoch: string;
  readonly batch_id: string;
  readonly body: Uint8Array;
}

interface BlockRow {
  readonly first_seq: string;
  readonly last_seq: string;
  readonly body: Uint8Array;
}

/**
 * What is stored of one shard behind `afterSeq`, in order and as bytes, from the archive and the journal. Where a number
 * is missing in both, what is left follows: whoever reads decides what a gap means. A block may begin before `afterSeq`.
 *
 * The journal is asked first: a tail, which is all that recovery reads, never costs a look into the archive. A segment is
 * archived in one transaction and never comes back, so what the journal has lost is in the archive by the time that it
 * is looked for there.
 */
export async function* storedPages(
  database: Database,
  shard: number,
  afterSeq: number,
  pageSegments: number,
): AsyncGenerator<StoredPage> {
  let lastSeq = afterSeq;
  for (;;) {
    const rows = await segmentsAfter(database, shard, lastSeq, pageSegments);
    const [first] = rows;
    if (first === undefined) return;
    if (first.seq !== lastSeq + 1) {
      const gapAt = lastSeq;
      for await (const block of blocksAfter(database, shard, lastSeq)) {
        yield { type: "block", block };
        lastSeq = block.lastSeq;
      }
      if (lastSeq !== gapAt) continue;
    }
    const segments = gaplessStart(rows);
    yield { type: "segments", segments };
    lastSeq = segments.at(-1)?.seq ?? lastSeq;
    if (segments.length === rows.length && rows.length < pageSegments) return;
  }
}

/** The segments of `journal_segment` behind `afterSeq`, at most `limit`, in order. */
export async function segmentsAfter(
  database: Database,
  shard: number,
  afterSeq: number,
  limit: number,
): Promise<readonly StoredSegment[]> {
  const rows = await database.read(
    (sql) => sql<SegmentRow[]>`
      select seq, epoch, batch_id, body from journal_segment
      where shard = ${shard}::integer and seq > ${afterSeq}::bigint order by seq limit ${limit}::integer`,
  );
  return rows.map(storedOf);
}

/**
 * Those of a shard's segments with these numbers that are stored, as bytes, from the journal and then from the archive: in the
 * order of {@link storedPages}.
 */
export async function storedSegments(
  database: Database,
  shard: number,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, StoredSegment>> {
  const rows = await database.read(
    (sql) => sql<SegmentRow[]>`
      select seq, epoch, batch_id, body from journal_segment
      where shard = ${shard}::integer and seq = any(${numbersLiteral(seqs)}::bigint[])`,
  );
  const found = new Map(rows.map((row) => [Number(row.seq), storedOf(row)]));
  for (const seq of seqs) {
    const block = found.has(seq) ? undefined : await blockAfter(database, shard, seq - 1);
    if (block === undefined || block.firstSeq > seq) continue;
    for (const segment of decodeArchiveBlock(block.body, block))
      if (!found.has(segment.seq)) found.set(segment.seq, segment);
  }
  return found;
}

/** The segments of `journal_segment` with the numbers of a block: takeover records, which stay there. */
export async function segmentsWithin(
  database: Database,
  { shard, firstSeq, lastSeq }: BlockRange,
): Promise<readonly StoredSegment[]> {
  const rows = await database.read(
    (sql) => sql<SegmentRow[]>`
      select seq, epoch, batch_id, body from journal_segment
      where shard = ${shard}::integer and seq between ${firstSeq}::bigint and ${lastSeq}::bigint order by seq`,
  );
  return rows.map(storedOf);
}

/** The blocks of the archive that hold something behind `afterSeq`, one at a time. */
async function* blocksAfter(
  database: Database,
  shard: number,
  afterSeq: number,
): AsyncGenerator<StoredBlock> {
  for (let lastSeq = afterSeq; ;) {
    const block = await blockAfter(database, shard, lastSeq);
    if (block === undefined) return;
    lastSeq = block.lastSeq;
    yield block;
  }
}

/** The first block of the archive that holds something behind `afterSeq`. */
async function blockAfter(
  database: Database,
  shard: number,
  afterSeq: number,
): Promise<StoredBlock | undefined> {
  const [row] = await database.read(
    (sql) => sql<BlockRow[]>`
      select first_seq, last_seq, body from journal_archive
      where shard = ${shard}::integer and last_seq > ${afterSeq}::bigint order by last_seq limit 1`,
  );
  if (row === undefined) return undefined;
  return { shard, firstSeq: Number(row.first_seq), lastSeq: Number(row.last_seq), body: row.body };
}

function gaplessStart(rows: readonly StoredSegment[]): readonly StoredSegment[] {
  const end = rows.findIndex((row, index) => index > 0 && row.seq !== (rows[index - 1]?.seq ?? 0) + 1);
  return end < 0 ? rows : rows.slice(0, end);
}

function storedOf({ seq, epoch, batch_id: batchId, body }: SegmentRow): StoredSegment {
  return { seq: Number(seq), epoch: Number(epoch), batchId, body };
}
