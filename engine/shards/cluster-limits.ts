import { assert } from "../contract/assert.ts";
import type { ChangePlanLimits } from "../operator/change-plan.ts";
import { defaultCoordinatorLimits, type CoordinatorLimits } from "./coordinator.ts";
import { defaultHandOverLimits } from "./hand-over.ts";
import { defaultRetentionLimits, type RetentionLimits } from "./housekeeping.ts";
import { defaultMembershipLimits, type MembershipLimits } from "./membership.ts";
import { defaultNodeAgentLimits, type NodeAgentLimits } from "./node-agent.ts";
import { defaultOperationLimits } from "./operation-run.ts";
import { defaultRebalancerLimits, type RebalancerLimits } from "./rebalancer.ts";
import type { TermOfOfficeLimits } from "./term-of-office.ts";

/** Bounds of a node's part in the cluster. */
export interface ClusterLimits {
  readonly agent: NodeAgentLimits;
  readonly membership: MembershipLimits;
  readonly coordinator: CoordinatorLimits;
  readonly office: TermOfOfficeLimits;
  readonly plans: ChangePlanLimits;
  readonly rebalancer: RebalancerLimits;
  readonly retention: RetentionLimits;
}

/** Sound for a few dozen nodes and lanes that are rarely full. */
export const defaultClusterLimits: ClusterLimits = {
  agent: defaultNodeAgentLimits,
  membership: defaultMembershipLimits,
  coordinator: defaultCoordinatorLimits,
  office: {
    ...defaultHandOverLimits,
    ...defaultOperationLimits,
    repeatMs: 100,
    answerMs: 500,
    releaseMs: 10_000,
    retryMs: 1_000,
  },
  plans: { loadMax: 0.9, helpShareMin: 0.01, movesMax: 16 },
  rebalancer: defaultRebalancerLimits,
  retention: defaultRetentionLimits,
};

/** @throws {InvariantBroken} when limits contradict each other. */
export function assertClusterLimits({ agent, office, retention }: ClusterLimits): void {
  assert(office.answerMs < office.pausedMs, "an order can be repeated before its phase is over");
  // Finishing, placing and adopting, each with its deadline; and a source that takes back too early is fenced.
  assert(office.pausedMs * 4 <= agent.leavingMs, "leavingMs is at least four times pausedMs");
  assert(
    retention.tidyEveryMs * 2 <= retention.nodesKeptMs,
    "a node that lives is noted before it is forgotten",
  );
}
