import type { Data } from "./data.ts";
import type { Typed } from "./decider.ts";
import type { Outcome } from "./outcome.ts";

/** The events of one shard in one commit: the body of one row of the journal. */
export interface SegmentBody {
  /**
   * Time of the commit's decisions, milliseconds since the epoch. Never falls within a shard, but for takeover records,
   * which decide nothing and have the time of whoever wrote them.
   */
  readonly atMs: number;
  /** Present on the record that a new owner writes first: it has raised the shard's epoch. */
  readonly takeover?: { readonly owner: string };
  readonly actors: readonly ActorEntry[];
  /** Messages to other shards that leave once this segment is durable. */
  readonly sent: readonly SentMessage[];
  /** Messages that the receiving shards have made durable: `[target shard, highest number]`. */
  readonly delivered: readonly (readonly [shard: number, number: number])[];
  /** Messages from other shards that took effect in this segment: `[source shard, highest number]`. */
  readonly received: readonly (readonly [shard: number, number: number])[];
  /** Calls to the outside that leave once this segment is durable. */
  readonly called: readonly PlacedCall[];
  /** Numbers of calls whose answers took effect in this segment. */
  readonly answered: readonly number[];
}

/** What happened to one actor in one commit. */
export interface ActorEntry {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  /** The decider's version that wrote the events. */
  readonly version: number;
  readonly events: readonly Typed[];
  readonly keys: readonly KeyRecord[];
}

/**
 * The content of a key whose command had an older shape: the fingerprint of the same command is another one now, and a
 * client that asks again must get the first answer.
 */
export const ANY_CONTENT = "";

/** An idempotency key with what it led to. */
export interface KeyRecord {
  readonly ticket: number;
  readonly key: string;
  /** Fingerprint of the command: another content under the same key is refused. {@link ANY_CONTENT} fits every command. */
  readonly content: string;
  /**
   * Missing while the command is open; a later record with the same ticket settles it. What was answered once is
   * answered word for word again: its shape is the wire protocol's, and it is never upcast.
   */
  readonly outcome?: Outcome;
}

/** One message of a shard's outbox. Numbers run from 1 without gaps per (source shard, target shard). */
export interface SentMessage {
  readonly toShard: number;
  readonly number: number;
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  /** Version of the receiving kind that the command is shaped for. */
  readonly version: number;
  readonly command: Typed;
}

/** One call of a shard's outbox. Numbers run from 1 without gaps per shard. */
export interface PlacedCall {
  readonly number: number;
  readonly port: string;
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  /** Version of the calling kind that the request is shaped by. */
  readonly version: number;
  readonly request: Typed;
}

/** What a shard remembers beside its actors; stored with its checkpoints. */
export interface ShardMemory {
  /** Messages sent and not yet known to be delivered. */
  readonly outbox: readonly SentMessage[];
  readonly calls: readonly PlacedCall[];
  /** Highest number sent per target shard. */
  readonly sentNumbers: readonly (readonly [shard: number, number: number])[];
  /** Highest number received per source shard. */
  readonly receivedNumbers: readonly (readonly [shard: number, number: number])[];
  readonly callNumber: number;
  readonly atMs: number;
}

/** An actor as stored in a snapshot. */
export interface ActorSnapshot {
  readonly version: number;
  readonly state: Data;
  /** Highest ticket handed out. */
  readonly ticket: number;
  /** The idempotency keys still remembered, oldest first. */
  readonly keys: readonly KeyRecord[];
}
