import { assertNever } from "../contract/assert.ts";
import type { BalanceLimits } from "../shards/balance.ts";
import type { Plan, PlanBasis, SkippedShard } from "../shards/plan.ts";
import { planDrain, planMove, planRebalance, type PlanLimits } from "../shards/planner.ts";
import type { ClusterChange, Precheck } from "./cluster-change.ts";

/** How full lanes may become, and when balancing is worth a pause. */
export type ChangePlanLimits = PlanLimits & BalanceLimits;

/** What a change is planned from. */
export interface ChangeBasis extends PlanBasis {
  /** Nodes that are remembered. */
  readonly nodes: readonly string[];
}

/** What a change would do, and why it would be refused. */
export interface PlannedChange {
  readonly plan: Plan;
  readonly prechecks: readonly Precheck[];
}

/** Plans a change. Nothing is changed. */
export function planChange(
  change: ClusterChange,
  basis: ChangeBasis,
  limits: ChangePlanLimits,
): PlannedChange {
  switch (change.type) {
    case "MoveShards":
      return checked(unknownNode(change.node, basis), () => planShards(change, basis, limits));
    case "DrainNode":
      return checked(unknownNode(change.node, basis), () => {
        const plan = planDrain(basis, change.node, limits);
        return { plan, prechecks: refusals(plan.skipped, ["NO_CAPACITY"], "node") };
      });
    case "Rebalance":
      return { plan: planRebalance(basis, limits), prechecks: [] };
    case "CordonNode":
    case "UndrainNode":
      return checked(unknownNode(change.node, basis), () => unmoved(basis));
    case "PinShards":
    case "UnpinShards":
      return checked(unknownShards(change.shards, basis), () => unmoved(basis));
    case "SuspendRebalancing":
    case "ResumeRebalancing":
      return unmoved(basis);
    default:
      return assertNever(change);
  }

  function checked(precheck: Precheck | undefined, plan: () => PlannedChange): PlannedChange {
    return precheck === undefined ? plan() : { ...unmoved(basis), prechecks: [precheck] };
  }
}

function planShards(
  { shards, node, lane }: Extract<ClusterChange, { type: "MoveShards" }>,
  basis: ChangeBasis,
  limits: ChangePlanLimits,
): PlannedChange {
  const plan = planMove(basis, shards, lane === null ? { node } : { node, lane }, limits);
  const known = basis.lanes.filter((each) => each.node === node).length;
  if (lane !== null && known > 0 && lane >= known) {
    const detail = `The node ${node} has no lane ${lane}; its lanes are numbered from 0 to ${known - 1}.`;
    return { ...unmoved(basis), prechecks: [{ code: "UNKNOWN_LANE", detail, field: "lane" }] };
  }
  const prechecks = [
    ...refusals(plan.skipped, ["NO_SUCH_SHARD"], "shards"),
    ...refusals(plan.skipped, ["NO_SUCH_LANE"], lane === null ? "node" : "lane"),
    ...refusals(plan.skipped, ["CORDONED", "NO_CAPACITY"], "node"),
  ];
  return { plan, prechecks };
}

/** What is skipped for one of these reasons makes the change useless, or less than what was asked for. */
function refusals(
  skipped: readonly SkippedShard[],
  reasons: readonly SkippedShard["reason"][],
  field: string,
): readonly Precheck[] {
  return reasons.flatMap((reason) => {
    const shards = skipped.filter((skip) => skip.reason === reason).map(({ shard }) => shard);
    return shards.length === 0
      ? []
      : { code: reason, detail: `${SENTENCES[reason]}: ${listed(shards)}.`, field };
  });
}

const SENTENCES: { readonly [Reason in SkippedShard["reason"]]: string } = {
  PINNED: "These shards are pinned",
  NO_CAPACITY: "No lane that takes shards has room for these",
  CORDONED: "The node takes no further shards, so that these cannot go there",
  SAME_PLACE: "These shards are there already",
  PINNED_IN_PLACE: "These shards are there already, and are pinned",
  NO_SUCH_LANE: "The node does not serve at present, so that these cannot go there",
  NO_SUCH_SHARD: "There are no such shards",
};

const LISTED_MAX = 20;

function listed(shards: readonly number[]): string {
  const shown = shards.slice(0, LISTED_MAX).join(", ");
  return shards.length > LISTED_MAX ? `${shown} and ${shards.length - LISTED_MAX} more` : shown;
}

function unknownNode(node: string, { nodes }: ChangeBasis): Precheck | undefined {
  if (nodes.includes(node)) return undefined;
  return {
    code: "UNKNOWN_NODE",
    detail: `No node has ever started as ${JSON.stringify(node)}.`,
    field: "node",
  };
}

function unknownShards(shards: readonly number[], { placement }: ChangeBasis): Precheck | undefined {
  const unknown = shards.filter((shard) => placement.shards[shard] === undefined);
  if (unknown.length === 0) return undefined;
  const detail = `There are no such shards, or nobody has them: ${listed(unknown)}.`;
  return { code: "NO_SUCH_SHARD", detail, field: "shards" };
}

function unmoved({ placement }: ChangeBasis): PlannedChange {
  return { plan: { placementVersion: placement.version, moves: [], skipped: [] }, prechecks: [] };
}
