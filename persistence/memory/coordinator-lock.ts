import type { CoordinatorLock, Term } from "../../engine/ports/coordinator-lock.ts";
import type { MemoryCluster } from "./cluster.ts";

/** The lock of the coordinator, in memory. */
export function memoryCoordinatorLock(cluster: MemoryCluster): CoordinatorLock {
  let taken: Term | undefined;
  return {
    async take(_node, lost) {
      const number = cluster.beginTerm(lost);
      if (number === undefined) return undefined;
      taken = { number, resign: async () => cluster.endTerm(number) };
      return taken;
    },

    close: async () => taken?.resign(),
  };
}
