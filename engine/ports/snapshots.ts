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

/** A shard's memory as of one of its segments; recovery reads only what follows. */
export interface Checkpoint {
  readonly shard: number;
  readonly seq: number;
  readonly memory: ShardMemory;
  /** Fingerprints of all actors of the shard that have a snapshot (see `KnownActors`): little-endian uint32. */
  readonly known: Uint8Array;
}

/** Disposable copies of actors and shards that shorten recovery. The journal alone decides what is true. */
export interface SnapshotStore {
  /** Stores the checkpoint and the snapshots that belong to it, all or none; one older than what is stored changes nothing. */
  save(checkpoint: Checkpoint, snapshots: readonly StoredSnapshot[]): Promise<void>;
  checkpoints(shards: readonly number[]): Promise<readonly Checkpoint[]>;
  /** The snapshots of those actors that have one. A damaged one (checksum) is reported by the store and left out. */
  load(shard: number, addresses: readonly ActorAddress[]): Promise<readonly StoredSnapshot[]>;
  /** All timers of the shards' snapshots. */
  timers(shards: readonly number[]): Promise<readonly (StoredTimer & { readonly shard: number })[]>;
  /** Forgets everything of these shards; the next load folds the whole journal. */
  clear(shards: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

/** The parts of an address as the store sees them. */
export interface ActorAddress {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
}
