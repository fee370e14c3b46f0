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
        incarnation: (last?.incarnation ?? cluster.forgottenIncarnation) + 1,
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

    async forget(heard, keptMs, term) {
      cluster.assertTerm(term);
      const nowMs = cluster.nowMs();
      for (const node of heard) cluster.heardAtMs.set(node, nowMs);
      const owners = new Set(cluster.placement.shards.map((place) => place?.node));
      const old = [...nodes.values()].filter(({ node, lastStartedAtMs }) => {
        const lastMs = Math.max(lastStartedAtMs, cluster.heardAtMs.get(node) ?? 0);
        return lastMs <= nowMs - keptMs && !heard.includes(node) && !owners.has(node);
      });
      for (const { node, incarnation } of old) {
        nodes.delete(node);
        cluster.heardAtMs.delete(node);
        cluster.forgottenIncarnation = Math.max(cluster.forgottenIncarnation, incarnation);
      }
      return old.length;
    },

    close: () => Promise.resolve(),
  };
}
