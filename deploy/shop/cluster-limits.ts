import type { ClusterLimits } from "../../engine/shards/cluster-node.ts";
import { defaultCoordinatorLimits } from "../../engine/shards/coordinator.ts";
import { defaultHandOverLimits } from "../../engine/shards/hand-over.ts";
import { defaultMembershipLimits } from "../../engine/shards/membership.ts";
import { defaultNodeAgentLimits, type NodeAgentLimits } from "../../engine/shards/node-agent.ts";
import { defaultOperationLimits } from "../../engine/shards/operation-run.ts";
import { defaultRebalancerLimits } from "../../engine/shards/rebalancer.ts";

/** A cluster of a few dozen nodes in one data centre. */
export const clusterLimits: ClusterLimits = {
  membership: defaultMembershipLimits,
  coordinator: defaultCoordinatorLimits,
  office: {
    ...defaultHandOverLimits,
    ...defaultOperationLimits,
    repeatMs: 250,
    answerMs: 1_000,
    retryMs: 500,
  },
  // A lane that works four fifths of its time answers late in a rush.
  plans: { loadMax: 0.8, helpShareMin: 0.05, movesMax: 32 },
  rebalancer: defaultRebalancerLimits,
};

/** A shop that is alone knows everybody from the start. */
export const aloneLimits: ClusterLimits = {
  ...clusterLimits,
  coordinator: { ...defaultCoordinatorLimits, settleMs: 0 },
};

/** A shop that is alone opens when it has all its shards, so that none is served before the others. */
export function aloneAgentLimits(shardCount: number): NodeAgentLimits {
  return { ...defaultNodeAgentLimits, adoptAtOnceMax: shardCount };
}
