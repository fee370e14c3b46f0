import { assert } from "../../engine/contract/assert.ts";
import { AppendFault, OwnershipLost } from "../../engine/ports/journal.ts";
import type { Claim, Claimant, Journal, Segment } from "../../engine/ports/journal.ts";
import type { StoredSegment } from "../codec/archive-block.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  segmentIdentity,
  takeoverBody,
} from "../codec/segment-body.ts";
import { segmentPieces } from "../codec/segment-pieces.ts";
import type { MemoryCluster } from "./cluster.ts";

/** What a memory journal takes from outside, so that a simulator can own it. */
export interface MemoryJournalOptions {
  /** Milliseconds since the epoch, written into takeover records. */
  readonly nowMs?: () => number;
  /** Names the commits of takeover records. */
  readonly uuid?: () => string;
  /** Segments per page of `read`. */
  readonly pageSegments?: number;
  /** Shared by the journals of several owners, as a database is. */
  readonly storage?: MemoryJournalStorage;
  /** What claims of a claimant are checked against. */
  readonly cluster?: ClaimedFrom;
}

/** Where shards belong, and who has started last. */
export type ClaimedFrom = Pick<MemoryCluster, "placement" | "nodes">;

/** What is stored, by shard. */
export type MemoryJournalStorage = Map<number, StoredShard>;

/** The segments of one shard, in order. */
export interface StoredShard {
  epoch: number;
  /** Who claimed it last. */
  owner: string;
  readonly segments: StoredSegment[];
}

const PAGE_SEGMENTS = 500;
const MISSING_MAX = 100;

/** A journal in memory, as bytes: nothing that callers hold is shared with it. Lives as long as the process. */
export function memoryJournal(options: MemoryJournalOptions = {}): Journal {
  const nowMs = options.nowMs ?? Date.now;
  const uuid = options.uuid ?? (() => crypto.randomUUID());
  const pageSegments = options.pageSegments ?? PAGE_SEGMENTS;
  const shards: MemoryJournalStorage = options.storage ?? new Map<number, StoredShard>();
  const claim = (claimed: readonly number[], owner: string): readonly Claim[] => {
    const batchId = uuid();
    const body = takeoverBody(owner, nowMs());
    return claimed
      .toSorted((left, right) => left - right)
      .map((shard) => {
        const record = shards.get(shard) ?? { epoch: 0, owner, segments: [] };
        shards.set(shard, record);
        record.owner = owner;
        const epoch = ++record.epoch;
        const seq = tailOf(record) + 1;
        record.segments.push(storedOf({ shard, seq, epoch, batchId, body }));
        return { shard, epoch, seq };
      });
  };
  const assertOwned = (owned: readonly number[], owner: string): void => {
    if (!owned.every((shard) => shards.get(shard)?.owner === owner))
      throw new OwnershipLost("another owner has claimed a shard of this one");
  };
  return {
    async claim(claimed, owner, claimant, known) {
      const given = claimant === undefined ? claimed : givenTo(claimant, claimed, options.cluster);
      return claim(given, owner).map((each) => withMissing(each, known?.get(each.shard), shards));
    },

    async reclaim(owned, owner) {
      assertOwned(owned, owner);
      return claim(owned, owner);
    },

    async confirm(owned, owner) {
      assertOwned(owned, owner);
    },

    async owned(asked, owner) {
      const owned = asked.filter((shard) => shards.get(shard)?.owner === owner);
      return owned.sort((left, right) => left - right);
    },

    async append(segments) {
      const pairs = segments.map((segment) => ({
        record: fencedRecord(shards.get(segment.shard), segment),
        stored: storedOf(segment),
      }));
      for (const { record, stored } of pairs) record.segments.push(stored);
    },

    ...reading(shards, pageSegments),
    close: () => Promise.resolve(),
  };
}

/** What a journal tells of what it has. */
function reading(
  shards: MemoryJournalStorage,
  pageSegments: number,
): Pick<Journal, "read" | "pick" | "heads"> {
  return {
    async *read(shard, afterSeq, piece): AsyncGenerator<readonly Segment[]> {
      const stored = shards.get(shard)?.segments ?? [];
      let lastSeq = afterSeq;
      const decoded = (segments: readonly StoredSegment[]): readonly Segment[] =>
        segments.map((segment) => segmentOf(shard, ++lastSeq, segment));
      for (let start = afterSeq; start < stored.length; start += pageSegments) {
        const page = stored.slice(start, start + pageSegments);
        if (piece === undefined) yield decoded(page);
        else
          for (const { segments, bytes } of segmentPieces(page)) {
            await piece(bytes);
            yield decoded(segments);
          }
      }
    },

    async pick(shard, seqs) {
      const stored = shards.get(shard)?.segments ?? [];
      return seqs.map((seq) => segmentOf(shard, seq, stored[seq - 1]));
    },

    async heads() {
      return [...shards]
        .map(([shard, record]) => [shard, tailOf(record)] as const)
        .sort(([left], [right]) => left - right);
    },
  };
}

/** The claim with what its owner has not read. */
function withMissing(claim: Claim, knownSeq: number | undefined, shards: MemoryJournalStorage): Claim {
  const { shard, seq } = claim;
  if (knownSeq === undefined || knownSeq > seq - 1 || seq - 1 - knownSeq > MISSING_MAX) return claim;
  const stored = shards.get(shard)?.segments.slice(knownSeq, seq - 1) ?? [];
  const missing = stored.map((segment, index) => segmentOf(shard, knownSeq + index + 1, segment));
  return { ...claim, missing };
}

/** Those of the shards that the placement gives to this lane, if its node has not started again. */
function givenTo(
  { node, lane, incarnation }: Claimant,
  shards: readonly number[],
  cluster: ClaimedFrom | undefined,
): readonly number[] {
  assert(cluster !== undefined, "a journal that checks places knows the cluster");
  if (cluster.nodes.get(node)?.incarnation !== incarnation) return [];
  const places = cluster.placement.shards;
  return shards.filter((shard) => places[shard]?.node === node && places[shard].lane === lane);
}

function tailOf(record: StoredShard): number {
  return record.segments.at(-1)?.seq ?? 0;
}

function storedOf({ shard, seq, epoch, batchId, body }: Segment): StoredSegment {
  return { seq, epoch, batchId, body: encodeSegmentBody(segmentIdentity(shard, batchId), body) };
}

function segmentOf(shard: number, expectedSeq: number, stored: StoredSegment | undefined): Segment {
  if (stored?.seq !== expectedSeq)
    throw new Error(
      `segment ${expectedSeq} of shard ${shard} is missing: in its place is ${stored?.seq ?? "none"}`,
    );
  const { seq, epoch, batchId, body } = stored;
  return { shard, seq, epoch, batchId, body: decodeSegmentBody(body, segmentIdentity(shard, batchId)) };
}

function fencedRecord(record: StoredShard | undefined, segment: Segment): StoredShard {
  if (record === undefined || record.epoch !== segment.epoch)
    throw new AppendFault("fenced", "another owner has claimed a shard of this batch");
  const tail = tailOf(record);
  if (segment.seq <= tail) throw new AppendFault("fenced", "a segment of that number is stored already");
  if (segment.seq > tail + 1)
    throw new Error(`segment ${segment.seq} of shard ${segment.shard} would leave a gap`);
  return record;
}
