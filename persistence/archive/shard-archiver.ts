import { assert } from "../../engine/contract/assert.ts";
import { decodeArchiveBlock, encodeArchiveBlock } from "../codec/archive-block.ts";
import type { BlockRange, StoredSegment } from "../codec/archive-block.ts";
import { decodeSegmentBody, segmentIdentity } from "../codec/segment-body.ts";
import { numbersLiteral } from "../postgres/array-literal.ts";
import type { Database } from "../postgres/database.ts";
import { segmentsAfter } from "../postgres/stored-pages.ts";
import { BlockCutter } from "./block-cutter.ts";
import type { Block, BlockLimits } from "./block-cutter.ts";

/** The segments of one shard that may be archived, by their numbers. */
export interface ArchivableShard {
  readonly shard: number;
  /** Where the archive ends. */
  readonly archivedSeq: number;
  /** The last segment that recovery does not need and that is not the shard's newest. */
  readonly limitSeq: number;
}

/** How a shard is archived. */
export interface ShardArchiverOptions {
  /** Only segments of decisions made before, milliseconds since the epoch. */
  readonly beforeMs: number;
  readonly dryRun: boolean;
  readonly limits: BlockLimits;
  /** Called with the number of segments that were looked at since the last call. */
  readonly looked: (segments: number) => void;
  readonly moved: (block: Block, blockBytes: number) => void;
}

const PAGE_SEGMENTS = 500;

/**
 * Moves the oldest segments of one shard into the archive, block by block, each in one transaction. Stops at the first
 * one that is not old enough. Returns false when another run turned out to be at work on the shard.
 * @throws when a segment is damaged or missing, or when the database refuses a block. Blocks before it are moved.
 */
export async function archiveShard(
  database: Database,
  { shard, archivedSeq, limitSeq }: ArchivableShard,
  options: ShardArchiverOptions,
): Promise<boolean> {
  const cutter = new BlockCutter(options.limits);
  let lastSeq = archivedSeq;
  let old = true;
  while (old && lastSeq < limitSeq) {
    const page = await segmentsAfter(database, shard, lastSeq, Math.min(PAGE_SEGMENTS, limitSeq - lastSeq));
    if (page.length === 0) return await leaveToOthers(database, shard, lastSeq + 1);
    options.looked(page.length);
    for (const segment of page) {
      if (segment.seq !== lastSeq + 1) return await leaveToOthers(database, shard, lastSeq + 1);
      // No block without its segments' checksums: damage is not archived.
      const body = decodeSegmentBody(segment.body, segmentIdentity(shard, segment.batchId));
      const isTakeover = body.takeover !== undefined;
      // A new owner's clock may be wrong; only decisions tell the shard's time.
      old = isTakeover || body.atMs < options.beforeMs;
      if (!old) break;
      lastSeq = segment.seq;
      const full = cutter.add(segment, isTakeover);
      if (full !== undefined && !(await move(database, shard, full, options))) return false;
    }
  }
  const rest = cutter.rest();
  return rest === undefined || move(database, shard, rest, options);
}

/** Returns false, for the caller to return, when a segment that the journal does not have is in the archive by now. */
async function leaveToOthers(database: Database, shard: number, seq: number): Promise<false> {
  const [row] = await database.read(
    (sql) => sql<{ readonly last_seq: string | null }[]>`
      select max(last_seq) as last_seq from journal_archive where shard = ${shard}::integer`,
  );
  if (Number(row?.last_seq ?? 0) < seq) throw new Error(`segment ${seq} of shard ${shard} is missing`);
  return false;
}

async function move(
  database: Database,
  shard: number,
  block: Block,
  { dryRun, moved }: ShardArchiverOptions,
): Promise<boolean> {
  const { segments, takeoverSeqs } = block;
  const range = { shard, firstSeq: segments[0]?.seq ?? 0, lastSeq: segments.at(-1)?.seq ?? 0 };
  const bytes = encodeArchiveBlock(range, segments);
  assertReadable(bytes, range, segments);
  if (!dryRun && !(await store(database, range, takeoverSeqs, bytes))) return false;
  moved(block, bytes.length);
  return true;
}

/** What is about to be removed can be read from its block. */
function assertReadable(bytes: Uint8Array, range: BlockRange, segments: readonly StoredSegment[]): void {
  const read = decodeArchiveBlock(bytes, range);
  assert(read.length === segments.length, "a block has all of its segments");
  for (const [index, { seq, epoch, batchId, body }] of segments.entries()) {
    const copy = read[index];
    const isSame = copy?.seq === seq && copy.epoch === epoch && copy.batchId === batchId;
    assert(
      isSame && Buffer.compare(copy.body, body) === 0,
      "a block gives its segments back",
      undefined,
      seq,
    );
  }
}

async function store(
  database: Database,
  { shard, firstSeq, lastSeq }: BlockRange,
  takeoverSeqs: readonly number[],
  bytes: Uint8Array,
): Promise<boolean> {
  const [row] = await database.write(
    (sql) => sql<{ readonly stored: boolean }[]>`
      select archive_segments(
        ${shard}::integer, ${firstSeq}::bigint, ${lastSeq}::bigint,
        ${numbersLiteral(takeoverSeqs)}::bigint[], ${bytes}::bytea
      ) as stored`,
  );
  return row?.stored === true;
}
