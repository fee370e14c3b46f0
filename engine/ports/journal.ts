import type { SegmentBody } from "../contract/segment.ts";
import type { LanePlace } from "./placement-store.ts";

/** One row of the journal. */
export interface Segment {
  readonly shard: number;
  /** Number of the segment within its shard, from 1 without gaps. */
  readonly seq: number;
  readonly epoch: number;
  /** Names the commit; the same for all segments of one append. UUID. */
  readonly batchId: string;
  readonly body: SegmentBody;
}

/** Ownership of one shard, won by a takeover record. */
export interface Claim {
  readonly shard: number;
  /** The raised epoch that the owner appends with. */
  readonly epoch: number;
  /** Number of the takeover record: the last segment of the shard. */
  readonly seq: number;
  /** What lies between the segment that was known and the takeover record, in order; absent when that is not asked, or too much. */
  readonly missing?: readonly Segment[];
}

/** A lane of one start of its node: who takes shards over for a place. */
export interface Claimant extends LanePlace {
  /** Number of the start, as the node store gave it. */
  readonly incarnation: number;
}

/** Why an append did not return normally. */
export type AppendFaultReason =
  /** Another owner has the shard, or wrote a segment of that number first: nothing of the batch is stored. */
  | "fenced"
  /** The reply was lost or late: the batch may be stored, may yet be, or may never be. */
  | "unknown"
  /** The database refused the batch (disk full, read only, the batch before it is missing): nothing of it is stored. */
  | "refused";

/** An append that did not return normally. */
export class AppendFault extends Error {
  override readonly name = "AppendFault";
  readonly reason: AppendFaultReason;

  constructor(reason: AppendFaultReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Another owner has taken a shard over on purpose: this one must neither append nor answer any more. */
export class OwnershipLost extends Error {
  override readonly name = "OwnershipLost";
}

/** The durable, fenced, append-only record of all shards: what must be true is here. */
export interface Journal {
  /**
   * Takes the shards over for `owner`, whoever has them: raises each shard's epoch and makes a takeover record its next
   * segment. Returns when all of that is durable. From then on no earlier owner can append to these shards.
   *
   * With a claimant, only those that the placement gives to its lane at this moment are taken over, and none once its node has
   * started again; the others are missing from what is returned.
   *
   * `known` is the last segment by shard that whoever claims has read: the claim may bring the few that it has not.
   */
  claim(
    shards: readonly number[],
    owner: string,
    claimant?: Claimant,
    known?: ReadonlyMap<number, number>,
  ): Promise<readonly Claim[]>;
  /**
   * Claims shards again for the owner that claimed them last: fences what it has in flight, and takes nothing from
   * anybody else. All shards or none.
   * @throws {OwnershipLost} when another owner has claimed one of them since.
   */
  reclaim(shards: readonly number[], owner: string): Promise<readonly Claim[]>;
  /**
   * Asks whether `owner` still is the one that claimed these shards last.
   * @throws {OwnershipLost} when it is not.
   */
  confirm(shards: readonly number[], owner: string): Promise<void>;
  /** Those of these shards that `owner` is still the one to have claimed last, ascending. */
  owned(shards: readonly number[], owner: string): Promise<readonly number[]>;
  /**
   * Stores all segments or none, durably. At most one segment per shard. A lane has one append in flight.
   * @throws {AppendFault}
   */
  append(segments: readonly Segment[]): Promise<void>;
  /**
   * The segments of one shard with `seq > afterSeq` in order, in pages. With `piece`, for a reader whose thread has other things to do,
   * in small ones: each is decoded once `piece`, which is told how many bytes that are, has resolved; within about two milliseconds,
   * unless a single segment is larger. What the database has sent of a page is taken in at once, within a few milliseconds, and a
   * block of the archive is unpacked in one go, within some ten, in a piece of its own.
   * @throws when a stored segment is damaged (checksum) or a number is missing.
   */
  read(
    shard: number,
    afterSeq: number,
    piece?: (bytes: number) => Promise<void>,
  ): AsyncIterable<readonly Segment[]>;
  /**
   * The segments of one shard with these numbers, in order.
   * @throws when one of them is damaged or missing.
   */
  pick(shard: number, seqs: readonly number[]): Promise<readonly Segment[]>;
  /** Number of the last segment of every shard that has one: `[shard, seq]`. */
  heads(): Promise<readonly (readonly [shard: number, seq: number])[]>;
  close(): Promise<void>;
}
