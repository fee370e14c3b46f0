import type { ActorSnapshot, ShardMemory } from "../contract/segment.ts";

/** The stored state of one actor, as of a segment of its shard. */
export interface StoredSnapshot {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  /** The snapshot holds all events of the shard's segments up to this one. */
  readonly seq: number;
  /** When the actor wants to be woken, milliseconds since the epoch. */
  readonly dueAtMs?: number;
  readonly snapshot: ActorSnapshot;
}

/** An actor that has asked to be woken. */
export interface StoredTimer {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
  readonly dueAtMs: number;
}

/** The next timers of one shard. */
export interface StoredTimers {
  readonly shard: number;
  /** Earliest first. */
  readonly timers: readonly StoredTimer[];
  /** Up to this moment these are all; infinity when there are no others at all. */
  readonly untilMs: number;
}

/** Which timers of a shard are asked for: those that are due later than `afterMs`. */
export interface TimersWanted {
  readonly shard: number;
  readonly afterMs: number;
}

/** A shard's memory as of one of its segments; recovery reads only what follows. */
export interface Checkpoint {
  readonly shard: number;
  readonly seq: number;
  readonly memory: ShardMemory;
  readonly known: KnownPages;
}

/** Known actors that are stored together; a checkpoint writes the pages that have changed. */
export const KNOWN_PAGE_LENGTH = 256;

/** Numbers of 32 bits in the record of a known actor: two of its fingerprint, two of its footprint (see `KnownActors`). */
export const KNOWN_RECORD_LENGTH = 4;

/** All actors of a shard that are stored, in pages. What is saved are the pages that have changed, what is read are all. */
export interface KnownPages {
  /** How many actors there are, those of all other pages included. */
  readonly count: number;
  readonly pages: readonly KnownPage[];
}

/** Some known actors, in the order in which they were first stored. */
export interface KnownPage {
  /** From 0. */
  readonly number: number;
  readonly records: Uint32Array;
}

/** Disposable copies of actors and shards that shorten recovery. The journal alone decides what is true. */
export interface SnapshotStore {
  /** Stores the checkpoint and the snapshots that belong to it, all or none; one older than what is stored changes nothing. */
  save(checkpoint: Checkpoint, snapshots: readonly StoredSnapshot[]): Promise<void>;
  /**
   * The checkpoints of those shards that have one. A damaged one is reported, counted and left out. With `piece`, for a reader whose
   * thread has other things to do, each is decoded, in one go, once `piece` has resolved, which is told how many bytes of segments
   * take as long.
   */
  checkpoints(
    shards: readonly number[],
    piece?: (bytes: number) => Promise<void>,
  ): Promise<readonly Checkpoint[]>;
  /** The snapshots of those actors that have one. A damaged one (checksum) is reported, counted and left out. */
  load(shard: number, addresses: readonly ActorAddress[]): Promise<readonly StoredSnapshot[]>;
  /** The earliest timers of each shard's snapshots: `countMax` of them, and those that are due with the last of these. */
  timers(wanted: readonly TimersWanted[], countMax: number): Promise<readonly StoredTimers[]>;
  /**
   * Forgets everything of a shard whose checkpoint is still that of this segment; the next load folds the whole journal. What was
   * stored in its place stays: whoever discards may be late, and have a successor. Returns whether anything was forgotten.
   */
  discard(shard: number, seq: number): Promise<boolean>;
  /** Damaged snapshots and checkpoints that were met since the store was opened. */
  damagedCount(): number;
  close(): Promise<void>;
}

/** The parts of an address as the store sees them. */
export interface ActorAddress {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
}
