import type { ClusterLimits } from "../../engine/shards/cluster-node.ts";
import { defaultCoordinatorLimits } from "../../engine/shards/coordinator.ts";
import { defaultMembershipLimits } from "../../engine/shards/membership.ts";
import { defaultNodeAgentLimits, type NodeAgentLimits } from "../../engine/shards/node-agent.ts";
import { defaultRebalancerLimits } from "../../engine/shards/rebalancer.ts";

/** Beats are dear in a simulation: half as many, and nobody is distrusted for longer than a day. */
export const CLUSTER_LIMITS: ClusterLimits = {
  membership: {
    ...defaultMembershipLimits,
    beatEveryMs: 600,
    suspectAfterMs: 1_800,
    deadAfterMs: 2_400,
    halfLifeMs: 5_000,
  },
  coordinator: { ...defaultCoordinatorLimits, lockRetryMs: 700, settleMs: 800 },
  office: {
    shardsTogetherMax: 2,
    handOversAtOnceMax: 2,
    roundsMax: 2,
    prepareMs: 5_000,
    pausedMs: 1_500,
    repeatMs: 150,
    answerMs: 500,
    retryMs: 600,
  },
  rebalancer: defaultRebalancerLimits,
  plans: { loadMax: Number.POSITIVE_INFINITY, helpShareMin: 0.1, movesMax: 4 },
};

export const AGENT_LIMITS: NodeAgentLimits = { ...defaultNodeAgentLimits, adoptAtOnceMax: 3 };
