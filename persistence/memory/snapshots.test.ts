import { snapshotConformance } from "../conformance/snapshot-conformance.ts";
import type { SnapshotSubject } from "../conformance/snapshot-conformance.ts";
import { recordingLog } from "../testing/silent-log.ts";
import { memorySnapshots } from "./snapshots.ts";
import type { MemorySnapshotStorage } from "./snapshots.ts";

snapshotConformance("memory", async (): Promise<SnapshotSubject> => {
  const storage: MemorySnapshotStorage = new Map();
  const log = recordingLog();
  return {
    open: () => memorySnapshots({ storage, log }),
    reported: () => log.errors,
    async damage(shard, id) {
      const record = storage.get(shard);
      const body = id === undefined ? record?.checkpoint : record?.snapshots.get(`demo/cart/${id}`)?.body;
      if (body !== undefined) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    },
    async damageKnown(shard) {
      const page = storage.get(shard)?.knownPages[0];
      if (page !== undefined) page[9] = (page[9] ?? 0) ^ 1;
    },
    async reset() {
      storage.clear();
    },
    close: () => Promise.resolve(),
  };
});
