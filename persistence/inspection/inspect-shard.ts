import { decodeArchiveBlock } from "../codec/archive-block.ts";
import type { StoredSegment } from "../codec/archive-block.ts";
import { DamagedBytes } from "../codec/seal.ts";
import type { Database } from "../postgres/database.ts";
import { segmentsWithin, storedPages } from "../postgres/stored-pages.ts";
import type { StoredBlock } from "../postgres/stored-pages.ts";
import { SegmentInspector } from "./segment-inspector.ts";
import type { Inspection } from "./segment-inspector.ts";
import type { ShardOverview } from "./shard-overview.ts";

/** What was looked at in one shard. */
export interface ShardFigures {
  readonly segments: number;
  readonly blocks: number;
}

const PAGE_SEGMENTS = 500;

/** Looks at all segments of a shard up to its head, in the archive and in the journal, and at its owner. */
export async function inspectShard(
  database: Database,
  overview: ShardOverview,
  inspection: Inspection,
  looked: (segments: number) => void,
): Promise<ShardFigures> {
  const { shard, head, archivedSeq } = overview;
  const { findings } = inspection;
  const inspector = new SegmentInspector(shard, inspection);
  let blocks = 0;
  let blocksEnd = 0;
  // The newest segment is never archived: a journal that ends within its archive has only takeover records left.
  if (head === undefined || head.seq <= archivedSeq) {
    const detail =
      archivedSeq === 0
        ? "the shard has an owner, a checkpoint or snapshots, and no segments"
        : `the journal has lost the shard's newest segments; its archive ends at ${archivedSeq}`;
    findings.add({ about: "sequence", shard, detail });
    return { segments: 0, blocks };
  }
  for await (const page of storedPages(database, shard, 0, PAGE_SEGMENTS)) {
    const before = inspector.segments;
    if (page.type === "segments") {
      for (const segment of page.segments) if (segment.seq <= head.seq) inspector.take(segment);
    } else {
      const { firstSeq } = page.block;
      const detail = `the block begins within the one before it, which ends at ${blocksEnd}`;
      if (firstSeq <= blocksEnd) findings.add({ about: "block", shard, seq: firstSeq, detail });
      blocks += 1;
      blocksEnd = page.block.lastSeq;
      await inspectBlock(database, page.block, inspector, inspection);
    }
    looked(inspector.segments - before);
    if (inspector.lastSeq >= head.seq) break;
  }
  inspectOwner(overview, inspector, inspection);
  return { segments: inspector.segments, blocks };
}

async function inspectBlock(
  database: Database,
  block: StoredBlock,
  inspector: SegmentInspector,
  { findings }: Inspection,
): Promise<void> {
  const { shard, firstSeq, lastSeq } = block;
  const report = (seq: number, detail: string): void => findings.add({ about: "block", shard, seq, detail });
  let segments: readonly StoredSegment[];
  try {
    segments = decodeArchiveBlock(block.body, block);
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error;
    if (firstSeq > inspector.lastSeq) inspector.expect(firstSeq);
    report(firstSeq, error.message);
    inspector.skipTo(lastSeq);
    return;
  }
  const left = new Map<number, StoredSegment>();
  for (const segment of await segmentsWithin(database, block)) left.set(segment.seq, segment);
  for (const segment of segments) {
    const { seq } = segment;
    // A takeover record that begins the journal was met there already.
    const isTakeover = seq <= inspector.lastSeq ? left.has(seq) : inspector.take(segment);
    const copy = left.get(seq);
    if (copy !== undefined && !isSame(copy, segment))
      report(seq, "the journal has another segment of this number than the archive");
    else if (copy !== undefined && isTakeover === false)
      report(seq, "the segment is in the archive and was not removed from the journal");
    else if (copy === undefined && isTakeover === true)
      report(seq, "the takeover record is not in the journal any more, where it fences off earlier owners");
  }
}

function inspectOwner(
  { shard, head, owner }: ShardOverview,
  inspector: SegmentInspector,
  { findings }: Inspection,
): void {
  const report = (detail: string): void => findings.add({ about: "owner", shard, detail });
  if (owner === undefined) return report("the table of owners has lost the shard");
  if (owner.epoch !== head?.epoch)
    return report(
      `the table of owners says epoch ${owner.epoch}, the newest segment has epoch ${head?.epoch}`,
    );
  const announced = inspector.owner;
  if (announced?.epoch === owner.epoch && announced.name !== owner.name)
    report(`the table of owners names ${owner.name}, the takeover record ${announced.name}`);
}

function isSame(left: StoredSegment, right: StoredSegment): boolean {
  const named = left.epoch === right.epoch && left.batchId === right.batchId;
  return named && Buffer.compare(left.body, right.body) === 0;
}
