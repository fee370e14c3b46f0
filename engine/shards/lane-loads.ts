import { assert } from "../contract/assert.ts";
import type { LanePlace, ShardPlace } from "../ports/placement-store.ts";
import { formatLanePlace } from "../routing/lane-place.ts";
import type { LivingLane, PlanBasis } from "./plan.ts";

// Work is counted in whole units of this size, so that sums are exact whatever their order.
const UNITS_PER_COST = 2 ** 20;
/** What a shard costs that nobody has measured. */
const COST_DEFAULT = 1;

/**
 * Which lane has which shard and how much work that is, while a plan is made. Lanes are numbered by node and lane.
 *
 * Places are compared by the weight of their shards: what they cost, and what an idle shard counts for. Else all idle shards
 * would go to whichever lane has a little less to do.
 */
export class LaneLoads {
  readonly lanes: readonly LivingLane[];
  readonly #places: readonly (ShardPlace | undefined)[];
  readonly #units: readonly number[];
  readonly #idleUnits: number;
  readonly #laneUnits: number[];
  readonly #laneShards: number[];
  /** By shard: the number of its lane; -1 when that does not live or is nobody. */
  readonly #laneOf: number[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor({ placement, lanes, costs = [], idleCost = 0 }: PlanBasis) {
    this.lanes = lanes.toSorted(compareLanes);
    for (const lane of lanes) assert(lane.capacity > 0, "a lane has a capacity", formatLanePlace(lane));
    this.#numbers = new Map(this.lanes.map((lane, number) => [formatLanePlace(lane), number]));
    this.#places = placement.shards;
    this.#laneUnits = this.lanes.map(() => 0);
    this.#laneShards = this.lanes.map(() => 0);
    this.#idleUnits = unitsOf(idleCost, "idle");
    this.#units = Array.from(
      placement.shards,
      (_, shard) => this.#idleUnits + unitsOf(costs[shard] ?? COST_DEFAULT, shard),
    );
    this.#laneOf = Array.from(placement.shards, (place) => (place === undefined ? -1 : this.numberOf(place)));
    for (const [shard, number] of this.#laneOf.entries()) if (number >= 0) this.#add(number, shard, 1);
  }

  get shardCount(): number {
    return this.#places.length;
  }

  /** The number of the lane at a place; -1 when no such lane lives. */
  numberOf(place: LanePlace): number {
    return this.#numbers.get(formatLanePlace(place)) ?? -1;
  }

  /** The number of the lane that has a shard; -1 when that does not live or is nobody. */
  laneOf(shard: number): number {
    return this.#laneOf[shard] ?? -1;
  }

  /** Where the placement has a shard. */
  placeOf(shard: number): ShardPlace | undefined {
    return this.#places[shard];
  }

  /** The weight of a shard, in units of which a cost of 1 has many. */
  unitsOf(shard: number): number {
    return this.#units[shard] ?? 0;
  }

  /** The weight of a lane's shards in units per capacity, were there so many units more. */
  loadWith(number: number, units: number): number {
    return ((this.#laneUnits[number] ?? 0) + units) / this.#capacityOf(number);
  }

  /** The load of a lane: cost per capacity. */
  loadOf(number: number): number {
    return this.#costUnits(number) / this.#capacityOf(number) / UNITS_PER_COST;
  }

  /** The load of a lane, were this shard there too: cost per capacity. */
  loadOfWith(number: number, shard: number): number {
    const units = this.#costUnits(number) + this.unitsOf(shard) - this.#idleUnits;
    return units / this.#capacityOf(number) / UNITS_PER_COST;
  }

  /** Shards of a lane per capacity, were there one more. */
  crowdWith(number: number): number {
    return ((this.#laneShards[number] ?? 0) + 1) / this.#capacityOf(number);
  }

  /** The mean weight of all lanes, in units per capacity. */
  meanLoad(): number {
    const units = this.#laneUnits.reduce((sum, each) => sum + each, 0);
    const capacity = this.lanes.reduce((sum, each) => sum + each.capacity, 0);
    return capacity === 0 ? 0 : units / capacity;
  }

  /** The mean weight of the shards that lanes have, in units. */
  meanShardUnits(): number {
    const units = this.#laneUnits.reduce((sum, each) => sum + each, 0);
    const count = this.#laneShards.reduce((sum, each) => sum + each, 0);
    return count === 0 ? 0 : units / count;
  }

  /** Moves a shard to a lane. */
  move(shard: number, number: number): void {
    const from = this.laneOf(shard);
    if (from >= 0) this.#add(from, shard, -1);
    this.#laneOf[shard] = number;
    this.#add(number, shard, 1);
  }

  /** Without what idle shards count for. */
  #costUnits(number: number): number {
    return (this.#laneUnits[number] ?? 0) - (this.#laneShards[number] ?? 0) * this.#idleUnits;
  }

  #capacityOf(number: number): number {
    return this.lanes[number]?.capacity ?? 1;
  }

  #add(number: number, shard: number, sign: 1 | -1): void {
    this.#laneUnits[number] = (this.#laneUnits[number] ?? 0) + sign * this.unitsOf(shard);
    this.#laneShards[number] = (this.#laneShards[number] ?? 0) + sign;
  }
}

function compareLanes(left: LanePlace, right: LanePlace): number {
  if (left.node === right.node) return left.lane - right.lane;
  return left.node < right.node ? -1 : 1;
}

function unitsOf(cost: number, shard: number | "idle"): number {
  assert(cost >= 0 && Number.isFinite(cost), "a shard's cost is 0 or more", `shard ${shard}`, cost);
  return Math.round(cost * UNITS_PER_COST);
}
