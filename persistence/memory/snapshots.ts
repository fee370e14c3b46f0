import type { Checkpoint, SnapshotStore, StoredSnapshot } from "../../engine/ports/snapshots.ts";
import { decodeCheckpoint, decodeSnapshot, encodeCheckpoint, encodeSnapshot } from "../codec/snapshot.ts";

interface SealedSnapshot extends Omit<StoredSnapshot, "snapshot"> {
  readonly body: Uint8Array;
}

interface ShardRecord {
  seq: number;
  checkpoint: Uint8Array;
  readonly snapshots: Map<string, SealedSnapshot>;
}

/** Snapshots in memory, as bytes: nothing that callers hold is shared with it. Lives as long as the process. */
export function memorySnapshots(): SnapshotStore {
  const shards = new Map<number, ShardRecord>();
  const recordsOf = (wanted: readonly number[]) =>
    wanted.flatMap((shard) => {
      const record = shards.get(shard);
      return record === undefined ? [] : [{ shard, record }];
    });
  return {
    async save(checkpoint, snapshots) {
      const { shard, seq } = checkpoint;
      const stored = shards.get(shard);
      if (stored !== undefined && stored.seq > seq) return;
      const record = stored ?? { seq, checkpoint: new Uint8Array(), snapshots: new Map() };
      record.seq = seq;
      record.checkpoint = encodeCheckpoint(checkpoint);
      shards.set(shard, record);
      for (const snapshot of snapshots) keepNewer(record, shard, snapshot);
    },

    async checkpoints(wanted) {
      return recordsOf(wanted).map(({ shard, record }): Checkpoint =>
        decodeCheckpoint(record.checkpoint, shard, record.seq),
      );
    },

    async load(shard, addresses) {
      return addresses.flatMap(({ tenant, kind, id }): StoredSnapshot[] => {
        const sealed = shards.get(shard)?.snapshots.get(keyOf(tenant, kind, id));
        if (sealed === undefined) return [];
        const { body, ...row } = sealed;
        return [{ ...row, snapshot: decodeSnapshot(body, shard, row) }];
      });
    },

    async timers(wanted) {
      return recordsOf(wanted).flatMap(({ shard, record }) =>
        [...record.snapshots.values()].flatMap(({ tenant, kind, id, dueAtMs }) =>
          dueAtMs === undefined ? [] : [{ shard, tenant, kind, id, dueAtMs }],
        ),
      );
    },

    async clear(wanted) {
      for (const shard of wanted) shards.delete(shard);
    },

    close: () => Promise.resolve(),
  };
}

function keepNewer(record: ShardRecord, shard: number, stored: StoredSnapshot): void {
  const key = keyOf(stored.tenant, stored.kind, stored.id);
  const previous = record.snapshots.get(key);
  if (previous !== undefined && previous.seq > stored.seq) return;
  const { snapshot, ...row } = stored;
  record.snapshots.set(key, { ...row, body: encodeSnapshot(shard, row, snapshot) });
}

function keyOf(tenant: string, kind: string, id: string): string {
  return `${tenant}/${kind}/${id}`;
}
