import { AppendFault } from "../../engine/ports/journal.ts";
import type { Claim, Journal, Segment } from "../../engine/ports/journal.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  SEGMENT_BODY_VERSION,
  segmentIdentity,
  takeoverBody,
} from "../codec/segment-body.ts";
import { seal } from "../codec/seal.ts";

/** What a memory journal takes from outside, so that a simulator can own it. */
export interface MemoryJournalOptions {
  /** Milliseconds since the epoch, written into takeover records. */
  readonly nowMs?: () => number;
  /** Names the commits of takeover records. */
  readonly uuid?: () => string;
  /** Segments per page of `read`. */
  readonly pageSegments?: number;
}

interface StoredSegment {
  readonly epoch: number;
  readonly batchId: string;
  readonly body: Uint8Array;
}

interface ShardRecord {
  epoch: number;
  /** Segment `seq` is at index `seq - 1`. */
  readonly segments: StoredSegment[];
}

const PAGE_SEGMENTS = 500;

/** A journal in memory, as bytes: nothing that callers hold is shared with it. Lives as long as the process. */
export function memoryJournal(options: MemoryJournalOptions = {}): Journal {
  const nowMs = options.nowMs ?? Date.now;
  const uuid = options.uuid ?? (() => crypto.randomUUID());
  const pageSegments = options.pageSegments ?? PAGE_SEGMENTS;
  const shards = new Map<number, ShardRecord>();
  return {
    async claim(claimed, owner): Promise<readonly Claim[]> {
      const batchId = uuid();
      const content = encodeSegmentBody(takeoverBody(owner, nowMs()));
      return claimed
        .toSorted((left, right) => left - right)
        .map((shard) => {
          const record = shards.get(shard) ?? { epoch: 0, segments: [] };
          shards.set(shard, record);
          record.epoch++;
          const body = seal(SEGMENT_BODY_VERSION, content, segmentIdentity(shard, batchId));
          record.segments.push({ epoch: record.epoch, batchId, body });
          return { shard, epoch: record.epoch, seq: record.segments.length };
        });
    },

    async append(segments) {
      const records = segments.map((segment) => fencedRecord(shards.get(segment.shard), segment));
      for (const [index, { shard, epoch, batchId, body }] of segments.entries()) {
        const sealed = seal(SEGMENT_BODY_VERSION, encodeSegmentBody(body), segmentIdentity(shard, batchId));
        records[index]?.segments.push({ epoch, batchId, body: sealed });
      }
    },

    async *read(shard, afterSeq): AsyncGenerator<readonly Segment[]> {
      const stored = shards.get(shard)?.segments ?? [];
      for (let start = afterSeq; start < stored.length; start += pageSegments)
        yield stored.slice(start, start + pageSegments).map(({ epoch, batchId, body }, index) => ({
          shard,
          seq: start + index + 1,
          epoch,
          batchId,
          body: decodeSegmentBody(body, segmentIdentity(shard, batchId)),
        }));
    },

    async heads() {
      return [...shards]
        .map(([shard, record]) => [shard, record.segments.length] as const)
        .sort(([left], [right]) => left - right);
    },

    close: () => Promise.resolve(),
  };
}

function fencedRecord(record: ShardRecord | undefined, segment: Segment): ShardRecord {
  if (record === undefined || record.epoch !== segment.epoch)
    throw new AppendFault("fenced", "another owner has claimed a shard of this batch");
  if (segment.seq <= record.segments.length)
    throw new AppendFault("fenced", "a segment of that number is stored already");
  if (segment.seq > record.segments.length + 1)
    throw new Error(`segment ${segment.seq} of shard ${segment.shard} would leave a gap`);
  return record;
}
