import { defaultClusterLimits, type ClusterLimits } from "../../engine/shards/cluster-limits.ts";

/** Beats are dear in a simulation: half as many, and nobody is distrusted for longer than a day. */
export const CLUSTER_LIMITS: ClusterLimits = {
  ...defaultClusterLimits,
  agent: { ...defaultClusterLimits.agent, adoptAtOnceMax: 3 },
  membership: {
    ...defaultClusterLimits.membership,
    beatEveryMs: 600,
    suspectAfterMs: 1_800,
    deadAfterMs: 2_400,
    halfLifeMs: 5_000,
  },
  coordinator: { ...defaultClusterLimits.coordinator, lockRetryMs: 700, settleMs: 800 },
  office: {
    shardsTogetherMax: 2,
    handOversAtOnceMax: 2,
    roundsMax: 2,
    prepareMs: 5_000,
    pausedMs: 1_500,
    repeatMs: 150,
    answerMs: 500,
    releaseMs: 10_000,
    retryMs: 600,
  },
  plans: { loadMax: Number.POSITIVE_INFINITY, helpShareMin: 0.1, movesMax: 4 },
};
