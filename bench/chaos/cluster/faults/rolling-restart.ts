import type { FaultOf } from "../../fault.ts";
import type { ClusterWorld } from "../cluster-world.ts";

/** All nodes are restarted in good order, one after the other, as for a new release: no client notices. */
export const rollingRestart: FaultOf<ClusterWorld> = {
  name: "rolling-restart",
  sentence: "SIGTERM of one node after the other, each started again; no command may fail",
  async strike(world) {
    const { cluster, load } = world;
    const problems: string[] = [];
    const sinceMs = Date.now();
    const names = [...cluster.nodes.keys()];
    for (const name of names) {
      const exitCode = await cluster.stopNode(name);
      if (exitCode !== 0) problems.push(`${name} ended with ${exitCode}, not 0`);
      await cluster.startNode(name);
      await cluster.untilAllServe();
    }
    load.mark();
    return {
      sinceMs,
      served: () => Promise.resolve(undefined),
      isUnnoticed: true,
      settle: () => Promise.resolve({ problems, fencedAppends: 0 }),
    };
  },
};
