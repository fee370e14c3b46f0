import { isOperationOver, OperationChanged } from "../../engine/ports/operation-store.ts";
import type { Operation, OperationStore } from "../../engine/ports/operation-store.ts";
import type { MemoryCluster } from "./cluster.ts";

/** Operations of the cluster, in memory. */
export function memoryOperationStore(cluster: MemoryCluster): OperationStore {
  const { operations } = cluster;
  return {
    async add(given, term, beginning = {}) {
      cluster.assertTerm(term);
      const atMs = cluster.nowMs();
      const operation = operations.get(given.id) ?? {
        ...structuredClone(given),
        status: "waiting",
        plan: null,
        placementVersion: null,
        ...structuredClone(beginning),
        state: null,
        stepsDone: 0,
        stepsTotal: 0,
        result: null,
        revision: 1,
        createdAtMs: atMs,
        updatedAtMs: atMs,
        endedAtMs: null,
      };
      operations.set(given.id, operation);
      return structuredClone(operation);
    },

    async update(id, revision, progress, term) {
      cluster.assertTerm(term);
      const stored = operations.get(id);
      if (stored?.revision !== revision)
        throw new OperationChanged(`the operation ${id} no longer has revision ${revision}`);
      const atMs = cluster.nowMs();
      const operation: Operation = {
        ...stored,
        ...structuredClone(progress),
        revision: revision + 1,
        updatedAtMs: atMs,
        endedAtMs: isOperationOver(progress.status) ? (stored.endedAtMs ?? atMs) : null,
      };
      operations.set(id, operation);
      return structuredClone(operation);
    },

    find: async (id) => structuredClone(operations.get(id)),

    async open() {
      return structuredClone([...operations.values()].filter(({ status }) => !isOperationOver(status)));
    },

    async newest(countMax) {
      return structuredClone([...operations.values()].toReversed().slice(0, countMax));
    },

    async forget(keptMs, countMax, term) {
      cluster.assertTerm(term);
      const untilMs = cluster.nowMs() - keptMs;
      const over = [...operations.values()].filter(
        ({ endedAtMs }) => endedAtMs !== null && endedAtMs <= untilMs,
      );
      const byEnd = over
        .sort((one, other) => (one.endedAtMs ?? 0) - (other.endedAtMs ?? 0))
        .slice(0, countMax);
      for (const { id } of byEnd) operations.delete(id);
      return byEnd.length;
    },

    close: () => Promise.resolve(),
  };
}
