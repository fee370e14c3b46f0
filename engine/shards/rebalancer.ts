import type { Placement } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import type { BalanceLimits } from "./balance.ts";
import { LaneLoads } from "./lane-loads.ts";
import type { Plan, PlanBasis } from "./plan.ts";
import { planRebalance } from "./planner.ts";

/** When the loads are balanced without anybody asking. */
export interface RebalancerLimits {
  /** The highest load may be this share above the mean… */
  readonly imbalanceMax: number;
  /** …and once it was more, loads are balanced until it is this share or less, so that the least noise does not begin again. */
  readonly imbalanceSettled: number;
  /** Where all lanes have less load there is room enough: it does not matter who has most, and next to nobody waits for a move. */
  readonly loadMin: number;
  /** There, lanes that are short of shards get all that they are short of at once when they have been for this long, ms. */
  readonly idleSteadyMs: number;
  /** The lowest load of a lane that takes shards may be this share below the mean: a node that has come gets its part… */
  readonly shortfallMax: number;
  /** …and once it was more, loads are balanced until it is this share or less. */
  readonly shortfallSettled: number;
  /** Balancing begins when loads have been out of balance for this long, ms. */
  readonly steadyMs: number;
  /** Nothing moves for this long after any shard has moved, ms: loads have to settle. */
  readonly cooldownMs: number;
  /** A shard that has moved stays for this long, whoever moved it, ms. */
  readonly shardRestMs: number;
  /** Moves within any minute, whoever makes them. */
  readonly movesPerMinuteMax: number;
  /** Of one plan. */
  readonly balance: BalanceLimits;
}

/** Begins within a minute after a load has changed for good, and moves a third of 256 shards in four minutes; at once in an idle cluster. */
export const defaultRebalancerLimits: RebalancerLimits = {
  imbalanceMax: 0.25,
  imbalanceSettled: 0.12,
  loadMin: 0.1,
  idleSteadyMs: 5_000,
  shortfallMax: 0.5,
  shortfallSettled: 0.25,
  steadyMs: 30_000,
  cooldownMs: 15_000,
  shardRestMs: 600_000,
  movesPerMinuteMax: 24,
  balance: { helpShareMin: 0.01, differenceShareMax: 0.1, movesMax: 8 },
};

/** The cluster when it is looked at. */
export interface RebalancerView {
  /** With the measured costs. */
  readonly basis: PlanBasis;
  /** Whether an operation is under way. */
  readonly operationRuns: boolean;
  /** Whether a node that has shards does not serve for certain. */
  readonly isAnySuspect: boolean;
  /** Somebody has switched balancing off. */
  readonly isSuspended: boolean;
}

/** Why nothing is moved. */
export type RestCause =
  | "suspended"
  | "operation"
  | "suspect"
  /** A shard has moved a moment ago. */
  | "cooldown"
  /** Enough shards have moved within a minute. */
  | "capped"
  | "balanced"
  /** Out of balance, and not for long enough. */
  | "unsteady"
  /** Out of balance, and no move that may be made helps enough. */
  | "nothingHelps";

/** What to do now. */
export type RebalancerAdvice =
  { readonly type: "rest"; readonly because: RestCause } | { readonly type: "move"; readonly plan: Plan };

const MINUTE_MS = 60_000;

/**
 * Decides when to balance the loads: rarely, little at a time, and never against somebody's will.
 *
 * It learns of moves from the placement itself, whoever made them, and begins as if a shard had just moved: whoever has
 * just become the coordinator knows nothing of the last minutes.
 */
export class Rebalancer {
  readonly #limits: RebalancerLimits;
  #placement: Placement | undefined;
  #latestMs = 0;
  #lastMoveAtMs = 0;
  #lastPlanAtMs = Number.NEGATIVE_INFINITY;
  #unbalancedSinceMs: number | undefined;
  #isBalancing = false;
  /** By shard. */
  readonly #movedAtMs = new Map<number, number>();

  constructor(limits: RebalancerLimits) {
    this.#limits = limits;
  }

  advise(view: RebalancerView, nowMs: number): RebalancerAdvice {
    this.#mindClock(nowMs);
    this.#mindMoves(view.basis.placement, nowMs);
    const loads = new LaneLoads(view.basis);
    const isIdle = this.#isIdle(loads);
    const obstacle = this.#obstacle(view, isIdle, nowMs);
    if (obstacle !== undefined) return this.#rest(obstacle);
    if (this.#isBalanced(loads, isIdle)) {
      this.#isBalancing = false;
      return this.#rest("balanced");
    }
    this.#unbalancedSinceMs ??= nowMs;
    const { steadyMs, idleSteadyMs } = this.#limits;
    const waitedMs = nowMs - this.#unbalancedSinceMs;
    const isSteady = this.#isBalancing || waitedMs >= (isIdle ? idleSteadyMs : steadyMs);
    if (!isSteady) return { type: "rest", because: "unsteady" };
    const plan = this.#plan(view.basis, isIdle, nowMs);
    this.#unbalancedSinceMs = undefined;
    this.#isBalancing = plan.moves.length > 0;
    if (this.#isBalancing) this.#lastPlanAtMs = nowMs;
    return plan.moves.length === 0 ? this.#rest("nothingHelps") : { type: "move", plan };
  }

  #rest(because: RestCause): RebalancerAdvice {
    this.#unbalancedSinceMs = undefined;
    return { type: "rest", because };
  }

  /** What forbids to move anything, whatever the loads are. */
  #obstacle(view: RebalancerView, isIdle: boolean, nowMs: number): RestCause | undefined {
    if (view.isSuspended) return "suspended";
    if (view.operationRuns) return "operation";
    if (view.isAnySuspect) return "suspect";
    // What could not be moved is not tried again at once, in an idle cluster neither.
    const movedAtMs = isIdle ? this.#lastPlanAtMs : Math.max(this.#lastPlanAtMs, this.#lastMoveAtMs);
    if (nowMs - movedAtMs < this.#limits.cooldownMs) return "cooldown";
    if (isIdle) return undefined;
    return this.#movesLeft(nowMs) <= 0 ? "capped" : undefined;
  }

  #isIdle(loads: LaneLoads): boolean {
    return loads.lanes.every((_, lane) => loads.loadOf(lane) < this.#limits.loadMin);
  }

  #isBalanced(loads: LaneLoads, isIdle: boolean): boolean {
    const { imbalanceMax, imbalanceSettled, shortfallMax, shortfallSettled } = this.#limits;
    const imbalance = this.#isBalancing ? imbalanceSettled : imbalanceMax;
    const shortfall = this.#isBalancing ? shortfallSettled : shortfallMax;
    const mean = loads.meanLoad();
    return loads.lanes.every(({ cordoned }, lane) => {
      const load = loads.loadWith(lane, 0);
      const isHigh = !isIdle && load > mean * (1 + imbalance);
      const isLow = !cordoned && load < mean * (1 - shortfall);
      return !isHigh && !isLow;
    });
  }

  #plan(basis: PlanBasis, isIdle: boolean, nowMs: number): Plan {
    const { balance, shardRestMs } = this.#limits;
    const isResting = (shard: number): boolean =>
      !isIdle && nowMs - (this.#movedAtMs.get(shard) ?? Number.NEGATIVE_INFINITY) < shardRestMs;
    const shards = basis.placement.shards.map(
      (place, shard) => place && { ...place, pinned: place.pinned || isResting(shard) },
    );
    const movesMax = isIdle ? Number.POSITIVE_INFINITY : Math.min(balance.movesMax, this.#movesLeft(nowMs));
    const rested = { ...basis, placement: { ...basis.placement, shards } };
    // Nobody asked: what rests or is pinned has not failed to move.
    return { ...planRebalance(rested, { ...balance, movesMax }), skipped: [] };
  }

  #movesLeft(nowMs: number): number {
    const lately = [...this.#movedAtMs.values()].filter((atMs) => nowMs - atMs < MINUTE_MS);
    return this.#limits.movesPerMinuteMax - lately.length;
  }

  /** Notes which shards have moved since the last look. */
  #mindMoves(placement: Placement, nowMs: number): void {
    const before = this.#placement;
    if (before?.version === placement.version) return;
    this.#placement = placement;
    if (before === undefined) {
      this.#lastMoveAtMs = nowMs;
      return;
    }
    for (const [shard, place] of placement.shards.entries()) {
      if (isSamePlace(place, before.shards[shard])) continue;
      this.#movedAtMs.set(shard, nowMs);
      this.#lastMoveAtMs = nowMs;
    }
  }

  /** A clock that was set back makes no move lie in the future. */
  #mindClock(nowMs: number): void {
    if (nowMs < this.#latestMs) {
      this.#lastMoveAtMs = Math.min(this.#lastMoveAtMs, nowMs);
      this.#lastPlanAtMs = Math.min(this.#lastPlanAtMs, nowMs);
      this.#unbalancedSinceMs = undefined;
      for (const [shard, atMs] of this.#movedAtMs) this.#movedAtMs.set(shard, Math.min(atMs, nowMs));
    }
    this.#latestMs = nowMs;
  }
}
