import { defaultClusterLimits, type ClusterLimits } from "../../engine/shards/cluster-limits.ts";

/**
 * A shop that is alone knows everybody from the start, and opens when it has all its shards, so that none is served before
 * the others.
 */
export function aloneLimits(shardCount: number): ClusterLimits {
  const { agent, coordinator } = defaultClusterLimits;
  return {
    ...defaultClusterLimits,
    agent: { ...agent, adoptAtOnceMax: shardCount },
    coordinator: { ...coordinator, settleMs: 0, strangerMs: 0 },
  };
}
