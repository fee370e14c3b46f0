import type { NodeRecord, NodeStore } from "../../engine/ports/node-store.ts";
import type { MemoryCluster } from "./cluster.ts";

/** What is remembered of nodes, in memory. */
export function memoryNodeStore(cluster: MemoryCluster): NodeStore {
  const { nodes } = cluster;
  return {
    async list() {
      const names = [...nodes.keys()].sort();
      return names.map((name) => ({ ...(nodes.get(name) as NodeRecord) }));
    },

    async started({ node, lanes, capacity }) {
      const nowMs = cluster.nowMs();
      const last = nodes.get(node);
      const record: NodeRecord = {
        cordoned: false,
        draining: false,
        firstStartedAtMs: nowMs,
        ...last,
        node,
        lanes,
        capacity,
        incarnation: (last?.incarnation ?? 0) + 1,
        lastStartedAtMs: nowMs,
      };
      nodes.set(node, record);
      return { ...record };
    },

    async order(node, { cordoned, draining }, term) {
      cluster.assertTerm(term);
      const record = nodes.get(node);
      if (record === undefined) return false;
      nodes.set(node, { ...record, cordoned, draining });
      return true;
    },

    close: () => Promise.resolve(),
  };
}
