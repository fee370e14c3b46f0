import type { FaultOf } from "../../fault.ts";
import type { ClusterWorld } from "../cluster-world.ts";

/** A node dies at once; the others serve its shards. */
export const killOwner: FaultOf<ClusterWorld> = {
  name: "kill-owner",
  sentence: "kill -9 of a node (by turns the busiest and the coordinator); its shards serve elsewhere",
  async strike(world, cycle) {
    const { cluster, load } = world;
    const victim = await world.victim(cycle);
    const shards = await cluster.shardsOf(victim);
    const sinceMs = Date.now();
    await cluster.kill(victim);
    load.mark();
    return {
      sinceMs,
      served: (deadlineMs) => world.answered(shards, world.others(victim), deadlineMs),
      async settle() {
        await cluster.startNode(victim);
        return { problems: [], fencedAppends: 0 };
      },
    };
  },
};
