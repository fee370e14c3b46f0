import { takesShards, type LivingLane } from "../shards/plan.ts";
import type { ClusterPlan } from "./cluster-plan.ts";

const PLANS_MAX = 32;

/**
 * Plans that operators have been shown lately. What shards cost changes every few seconds, and with it what would be planned now;
 * who was shown a plan can have exactly that one all the same, while shards and lanes are as they were.
 */
export class ShownPlans {
  readonly #plans = new Map<string, ClusterPlan>();

  add(plan: ClusterPlan): void {
    this.#plans.delete(plan.id);
    this.#plans.set(plan.id, plan);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > PLANS_MAX && oldest !== undefined) this.#plans.delete(oldest);
  }

  /** The plan of this id, if it is one for the same change of the same placement as `fresh`, and its lanes take shards. */
  find(id: string, fresh: ClusterPlan, lanes: readonly LivingLane[]): ClusterPlan | undefined {
    const plan = this.#plans.get(id);
    if (plan === undefined || plan.version !== fresh.version || plan.prechecks.length > 0) return undefined;
    if (JSON.stringify(plan.change) !== JSON.stringify(fresh.change)) return undefined;
    const takes = ({ to }: ClusterPlan["moves"][number]): boolean => takesShards(lanes, to);
    return plan.moves.every(takes) ? plan : undefined;
  }
}
