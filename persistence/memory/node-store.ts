import type { NodeRecord, NodeStore } from "../../engine/ports/node-store.ts";
import { registerStart, type NodeStarts } from "../nodes/node-starts.ts";
import type { MemoryCluster } from "./cluster.ts";

/** What is remembered of nodes, in memory. */
export function memoryNodeStore(cluster: MemoryCluster): NodeStore {
  const { nodes } = cluster;
  const starts = memoryNodeStarts(cluster);
  return {
    async list() {
      const names = [...nodes.keys()].sort();
      return names.map((name) => ({ ...(nodes.get(name) as NodeRecord) }));
    },

    started: (start) => registerStart(starts, start),

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

/** How starts are counted in memory. */
export function memoryNodeStarts(cluster: MemoryCluster): NodeStarts {
  const { nodes } = cluster;
  return {
    async last(node) {
      return nodes.get(node)?.incarnation ?? 0;
    },

    async registerAfter(last, { node, lanes, capacity }) {
      const nowMs = cluster.nowMs();
      const known = nodes.get(node);
      if (known !== undefined && known.incarnation !== last) return undefined;
      const record: NodeRecord = {
        cordoned: false,
        draining: false,
        firstStartedAtMs: nowMs,
        ...known,
        node,
        lanes,
        capacity,
        incarnation: (known?.incarnation ?? cluster.forgottenIncarnation) + 1,
        lastStartedAtMs: nowMs,
      };
      nodes.set(node, record);
      return { ...record };
    },
  };
}
