import { clusterConformance } from "../conformance/cluster-conformance.ts";
import { SHARD_COUNT } from "../conformance/cluster-rig.ts";
import type { ClusterSubject } from "../conformance/cluster-rig.ts";
import { MemoryCluster } from "./cluster.ts";
import { memoryCoordinatorLock } from "./coordinator-lock.ts";
import { memoryJournal } from "./journal.ts";
import type { MemoryJournalStorage } from "./journal.ts";
import { memoryNodeStarts, memoryNodeStore } from "./node-store.ts";
import { memoryOperationStore } from "./operation-store.ts";
import { memoryPlacementStore } from "./placement-store.ts";

clusterConformance("memory", async (): Promise<ClusterSubject> => {
  let cluster = new MemoryCluster(SHARD_COUNT);
  let storage: MemoryJournalStorage = new Map();
  return {
    open: () => ({
      lock: memoryCoordinatorLock(cluster),
      placement: memoryPlacementStore(cluster),
      nodes: memoryNodeStore(cluster),
      operations: memoryOperationStore(cluster),
      journal: memoryJournal({ storage, cluster }),
    }),
    starts: () => memoryNodeStarts(cluster),
    breakLock: async () => cluster.breakLock(),
    async reset() {
      cluster = new MemoryCluster(SHARD_COUNT);
      storage = new Map();
    },
    close: () => Promise.resolve(),
  };
});
