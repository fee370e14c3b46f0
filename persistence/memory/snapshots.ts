import type { Log } from "../../engine/ports/log.ts";
import type { Checkpoint, SnapshotStore, StoredSnapshot } from "../../engine/ports/snapshots.ts";
import { Intact } from "../codec/intact.ts";
import {
  checkpointWeight,
  decodeCheckpoint,
  decodeSnapshot,
  encodeCheckpoint,
  encodeKnownPages,
  encodeSnapshot,
} from "../codec/snapshot.ts";

/** A snapshot as bytes. */
export interface SealedSnapshot extends Omit<StoredSnapshot, "snapshot"> {
  readonly body: Uint8Array;
}

/** What is stored, by shard. */
export type MemorySnapshotStorage = Map<number, StoredShardSnapshots>;

/** The checkpoint and the snapshots of one shard. */
export interface StoredShardSnapshots {
  seq: number;
  checkpoint: Uint8Array;
  /** Pages of known actors, by number. */
  readonly knownPages: Uint8Array[];
  readonly snapshots: Map<string, SealedSnapshot>;
}

/** What a memory store takes from outside. */
export interface MemorySnapshotsOptions {
  /** Shared by the stores of several owners, as a database is. */
  readonly storage?: MemorySnapshotStorage;
  /** Where damaged snapshots are reported. */
  readonly log?: Log;
}

/** Snapshots in memory, as bytes: nothing that callers hold is shared with it. Lives as long as the process. */
export function memorySnapshots(options: MemorySnapshotsOptions = {}): SnapshotStore {
  const intact = new Intact(options.log);
  const shards: MemorySnapshotStorage = options.storage ?? new Map<number, StoredShardSnapshots>();
  // As they are at this moment, also when they are decoded later.
  const sealedOf = (wanted: readonly number[]) =>
    wanted.flatMap((shard) => {
      const { seq, checkpoint, knownPages } = shards.get(shard) ?? {};
      if (seq === undefined || checkpoint === undefined || knownPages === undefined) return [];
      return [{ shard, seq, checkpoint, knownPages: knownPages.slice() }];
    });
  return {
    async save(checkpoint, snapshots) {
      const { shard, seq } = checkpoint;
      const stored = shards.get(shard);
      if (stored !== undefined && stored.seq > seq) return;
      const record = stored ?? { seq, checkpoint: new Uint8Array(), knownPages: [], snapshots: new Map() };
      record.seq = seq;
      record.checkpoint = encodeCheckpoint(checkpoint);
      for (const { number, body } of encodeKnownPages(checkpoint)) record.knownPages[number] = body;
      shards.set(shard, record);
      for (const snapshot of snapshots) keepNewer(record, shard, snapshot);
    },

    async checkpoints(wanted, piece) {
      const checkpoints: Checkpoint[] = [];
      for (const { shard, seq, checkpoint, knownPages } of sealedOf(wanted)) {
        await piece?.(checkpointWeight(checkpoint, knownPages));
        const decoded = intact.decode(
          [{ shard, seq }],
          () => decodeCheckpoint(checkpoint, shard, seq, knownPages),
          (row) => row,
        );
        checkpoints.push(...decoded);
      }
      return checkpoints;
    },

    async load(shard, addresses) {
      const wanted = addresses.flatMap(
        ({ tenant, kind, id }) => shards.get(shard)?.snapshots.get(keyOf(tenant, kind, id)) ?? [],
      );
      return intact.decode(
        wanted,
        ({ body, ...row }): StoredSnapshot => ({ ...row, snapshot: decodeSnapshot(body, shard, row) }),
        ({ tenant, kind, id, seq }) => ({ shard, seq, address: keyOf(tenant, kind, id) }),
      );
    },

    async timers(wanted, countMax) {
      return wanted.map(({ shard, afterMs }) => {
        const stored = [...(shards.get(shard)?.snapshots.values() ?? [])];
        const timers = stored
          .flatMap(({ tenant, kind, id, dueAtMs }) =>
            dueAtMs === undefined || dueAtMs <= afterMs ? [] : [{ tenant, kind, id, dueAtMs }],
          )
          .sort((left, right) => left.dueAtMs - right.dueAtMs);
        const untilMs = timers[countMax - 1]?.dueAtMs ?? Number.POSITIVE_INFINITY;
        return { shard, timers: timers.filter(({ dueAtMs }) => dueAtMs <= untilMs), untilMs };
      });
    },

    async discard(shard, seq) {
      return shards.get(shard)?.seq === seq && shards.delete(shard);
    },

    damagedCount: () => intact.damagedCount,

    close: () => Promise.resolve(),
  };
}

function keepNewer(record: StoredShardSnapshots, shard: number, stored: StoredSnapshot): void {
  const key = keyOf(stored.tenant, stored.kind, stored.id);
  const previous = record.snapshots.get(key);
  if (previous !== undefined && previous.seq > stored.seq) return;
  const { snapshot, ...row } = stored;
  record.snapshots.set(key, { ...row, body: encodeSnapshot(shard, row, snapshot) });
}

function keyOf(tenant: string, kind: string, id: string): string {
  return `${tenant}/${kind}/${id}`;
}
