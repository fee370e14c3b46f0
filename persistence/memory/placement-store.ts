import { assert } from "../../engine/contract/assert.ts";
import { PlacementChanged } from "../../engine/ports/placement-store.ts";
import type { PlacementStore, ShardPlace } from "../../engine/ports/placement-store.ts";
import type { MemoryCluster } from "./cluster.ts";

/** The placement, in memory. */
export function memoryPlacementStore(cluster: MemoryCluster): PlacementStore {
  return {
    read: async () => structuredClone(cluster.placement),

    async change(expectedVersion, changes, { term, reason, askedBy }) {
      cluster.assertTerm(term);
      const { version, shards } = cluster.placement;
      if (version !== expectedVersion)
        throw new PlacementChanged(`the placement no longer has version ${expectedVersion}`);
      const changed = [...shards];
      const moved = changes
        .toSorted((left, right) => left.shard - right.shard)
        .map(({ shard, node, lane, pinned }) => {
          assert(shard in shards, "there is such a shard", `shard ${shard}`);
          const to: ShardPlace = { node, lane, pinned };
          changed[shard] = to;
          return { shard, from: shards[shard], to };
        });
      cluster.placement = { version: version + 1, shards: changed };
      const change = { version: version + 1, atMs: cluster.nowMs(), term, reason, askedBy, moved };
      cluster.changes = [...cluster.changes, change];
      return version + 1;
    },

    async history(countMax, beforeVersion = Number.POSITIVE_INFINITY) {
      const earlier = cluster.changes.filter(({ version }) => version < beforeVersion);
      return structuredClone(earlier.toReversed().slice(0, countMax));
    },

    async forget(keptMs, countMax, term) {
      cluster.assertTerm(term);
      const untilMs = cluster.nowMs() - keptMs;
      const old = cluster.changes.filter(({ atMs }) => atMs <= untilMs).slice(0, countMax);
      cluster.changes = cluster.changes.filter((change) => !old.includes(change));
      return old.length;
    },

    close: () => Promise.resolve(),
  };
}
