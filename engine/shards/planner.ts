import { balancedMoves } from "./balance.ts";
import type { BalanceLimits } from "./balance.ts";
import { LaneLoads } from "./lane-loads.ts";
import { PlanWriter } from "./plan-writer.ts";
import type { MoveReason, Plan, PlanBasis } from "./plan.ts";

/** Where shards are asked to go: to a lane, or to whichever lane of a node has most room. */
export interface MoveTarget {
  readonly node: string;
  readonly lane?: number;
}

/** How full lanes may become. */
export interface PlanLimits {
  /** No shard goes to a lane that would have more load than this, unless nobody serves it otherwise. */
  readonly loadMax: number;
}

/** Which lanes a shard may go to. */
type Eligible = (lane: number) => boolean;

/** How shards that have to go are spread. */
interface Spreading extends PlanLimits {
  readonly reason: MoveReason;
  readonly isOpen: Eligible;
  readonly movesPinned: boolean;
}

/** Fail-over: gives the shards that no living lane has to those that live, pinned or not, however full they become. */
export function planOrphans(basis: PlanBasis): Plan {
  const loads = new LaneLoads(basis);
  const orphans = shardsWhere(loads, (shard) => loads.laneOf(shard) < 0);
  const isOpen: Eligible = (lane) => loads.lanes[lane]?.cordoned === false;
  const plan = new PlanWriter(loads);
  const loadMax = Number.POSITIVE_INFINITY;
  spread(plan, loads, orphans, { reason: "orphan", isOpen, movesPinned: true, loadMax });
  return plan.plan(basis.placement.version);
}

/** Takes all shards from a node but those that are pinned to it. */
export function planDrain(basis: PlanBasis, node: string, limits: PlanLimits): Plan {
  return planEmptying(basis, node, false, limits);
}

/** Takes all shards from a node that is about to end, pinned or not, however full others become. */
export function planLeave(basis: PlanBasis, node: string): Plan {
  return planEmptying(basis, node, true, { loadMax: Number.POSITIVE_INFINITY });
}

function planEmptying(basis: PlanBasis, node: string, movesPinned: boolean, limits: PlanLimits): Plan {
  const loads = new LaneLoads(basis);
  const drained = shardsWhere(loads, (shard) => loads.lanes[loads.laneOf(shard)]?.node === node);
  const isOpen: Eligible = (lane) => loads.lanes[lane]?.cordoned === false && loads.lanes[lane].node !== node;
  const plan = new PlanWriter(loads);
  spread(plan, loads, drained, { reason: "drain", isOpen, movesPinned, ...limits });
  return plan.plan(basis.placement.version);
}

/** Moves these shards because somebody wants it, pinned or not; they are pinned from then on. */
export function planMove(
  basis: PlanBasis,
  shards: readonly number[],
  to: MoveTarget,
  limits: PlanLimits,
): Plan {
  const loads = new LaneLoads(basis);
  const plan = new PlanWriter(loads);
  const isThere: Eligible = (number) => {
    const lane = loads.lanes[number];
    return lane?.node === to.node && (to.lane === undefined || lane.lane === to.lane);
  };
  const isKnown = loads.lanes.some((_, number) => isThere(number));
  const isOpen: Eligible = (lane) => isThere(lane) && loads.lanes[lane]?.cordoned === false;
  const isClosed = !loads.lanes.some((_, number) => isOpen(number));
  for (const shard of largestFirst(loads, [...new Set(shards)])) {
    if (!Number.isInteger(shard) || shard < 0 || shard >= loads.shardCount) plan.skip(shard, "NO_SUCH_SHARD");
    else if (!isKnown) plan.skip(shard, "NO_SUCH_LANE");
    else if (isThere(loads.laneOf(shard)))
      plan.skip(shard, loads.placeOf(shard)?.pinned === true ? "SAME_PLACE" : "PINNED_IN_PLACE");
    else if (isClosed) plan.skip(shard, "CORDONED");
    else {
      const target = roomiest(loads, shard, isOpen, limits);
      if (target === undefined) plan.skip(shard, "NO_CAPACITY");
      else plan.move(shard, target, "asked", true);
    }
  }
  return plan.plan(basis.placement.version);
}

/**
 * Balances the loads of the lanes with few moves; see {@link balancedMoves}. Pinned shards of lanes that stay more loaded than they
 * should be are named as skipped.
 */
export function planRebalance(basis: PlanBasis, limits: BalanceLimits): Plan {
  const moves = balancedMoves(new LaneLoads(basis), limits);
  const loads = new LaneLoads(basis);
  const plan = new PlanWriter(loads);
  for (const [shard, lane] of moves) plan.move(shard, lane, "balance", false);
  const loadMax = loads.meanLoad() * (1 + limits.helpShareMin);
  for (const shard of shardsWhere(loads, (each) => loads.placeOf(each)?.pinned === true)) {
    const lane = loads.laneOf(shard);
    if (lane >= 0 && loads.loadWith(lane, 0) > loadMax) plan.skip(shard, "PINNED");
  }
  return plan.plan(basis.placement.version);
}

/** Gives shards to the lanes that have most room for them, the largest first. */
function spread(
  plan: PlanWriter,
  loads: LaneLoads,
  shards: readonly number[],
  { reason, isOpen, movesPinned, loadMax }: Spreading,
): void {
  for (const shard of largestFirst(loads, shards)) {
    const pinned = loads.placeOf(shard)?.pinned === true;
    if (pinned && !movesPinned) {
      plan.skip(shard, "PINNED");
      continue;
    }
    const target = roomiest(loads, shard, isOpen, { loadMax });
    if (target === undefined) plan.skip(shard, "NO_CAPACITY");
    else plan.move(shard, target, reason, pinned);
  }
}

/** The lane that would have the least load with the shard, of equal ones the one with the fewest shards, then the first. */
function roomiest(
  loads: LaneLoads,
  shard: number,
  isEligible: Eligible,
  { loadMax }: PlanLimits,
): number | undefined {
  const units = loads.unitsOf(shard);
  let best: number | undefined;
  let bestLoad = Number.POSITIVE_INFINITY;
  let bestCrowd = Number.POSITIVE_INFINITY;
  for (const lane of loads.lanes.keys()) {
    if (!isEligible(lane)) continue;
    const load = loads.loadWith(lane, units);
    if (load > bestLoad || loads.loadOfWith(lane, shard) > loadMax) continue;
    const crowd = loads.crowdWith(lane);
    if (load === bestLoad && crowd >= bestCrowd) continue;
    [best, bestLoad, bestCrowd] = [lane, load, crowd];
  }
  return best;
}

function shardsWhere(loads: LaneLoads, isWanted: (shard: number) => boolean): readonly number[] {
  return Array.from({ length: loads.shardCount }, (_, shard) => shard).filter(isWanted);
}

function largestFirst(loads: LaneLoads, shards: readonly number[]): readonly number[] {
  return shards.toSorted((left, right) => loads.unitsOf(right) - loads.unitsOf(left) || left - right);
}
