import type { LaneLoads } from "./lane-loads.ts";
import { SortedList } from "./sorted-list.ts";

/** When a move is worth its pause, and how many there may be. */
export interface BalanceLimits {
  /** A move has to lower the higher load of its two lanes by more than this share of the mean load of all lanes. */
  readonly helpShareMin: number;
  /** Lanes whose loads differ by more than this share of the mean load are balanced even if each shard helps little: there are many. */
  readonly differenceShareMax: number;
  readonly movesMax: number;
}

/** A move that is considered. */
interface Candidate {
  readonly shard: number;
  readonly to: number;
  /** By how much the higher load of the two lanes falls. */
  readonly help: number;
}

// Each step lowers the loads, sorted from the highest, and there are few ways to lower them; this bound is never met.
const STEPS_PER_SHARD_MAX = 16;

/**
 * Moves that balance the loads, each shard at most once, and the lane it goes to.
 *
 * Local search: the most loaded lane that can be helped gives away the shard that helps most, until no move helps enough. A shard
 * that helps most is about half as large as the difference of the two loads, so that few moves do; a shard that is moved on
 * counts as one move, and one that comes home as none. Pinned shards stay, and cordoned lanes take nothing.
 */
export function balancedMoves(loads: LaneLoads, limits: BalanceLimits): ReadonlyMap<number, number> {
  const moves = new Map<number, number>();
  const homes = Array.from({ length: loads.shardCount }, (_, shard) => loads.laneOf(shard));
  const scales = new Scales(loads);
  const worth = worthOf(loads, limits);
  for (let step = 0; step < loads.shardCount * STEPS_PER_SHARD_MAX; step += 1) {
    if (moves.size >= limits.movesMax) break;
    const best = bestMove(loads, scales, worth);
    if (best === undefined) break;
    scales.move(best);
    const { shard, to } = best;
    moves.delete(shard);
    if (homes[shard] !== to) moves.set(shard, to);
  }
  return moves;
}

/** By how much a move has to help, for a difference of the loads of its lanes. */
type Worth = (difference: number) => number;

/** Where the difference is large, half an average shard is enough, however little that is of a lane. */
function worthOf(loads: LaneLoads, { helpShareMin, differenceShareMax }: BalanceLimits): Worth {
  const mean = loads.meanLoad();
  const usual = mean * helpShareMin;
  const least = Math.min(usual, loads.meanShardUnits() / 2);
  return (difference) => (difference > mean * differenceShareMax ? least : usual);
}

/** The best move away from the most loaded lane that has one. */
function bestMove(loads: LaneLoads, scales: Scales, worth: Worth): Candidate | undefined {
  for (const from of scales.lanes.items) {
    const best = bestMoveFrom(loads, scales, from, worth);
    if (best !== undefined) return best;
  }
  return undefined;
}

function bestMoveFrom(loads: LaneLoads, scales: Scales, from: number, worth: Worth): Candidate | undefined {
  const load = loads.loadWith(from, 0);
  const capacityOf = (lane: number): number => loads.lanes[lane]?.capacity ?? 1;
  const helpMax = load - loads.loadWith(from, -scales.largestUnits(from));
  let best: Candidate | undefined;
  const { items: lanes } = scales.lanes;
  for (let index = lanes.length - 1; index >= 0; index -= 1) {
    const to = lanes[index] ?? -1;
    if (loads.lanes[to]?.cordoned !== false) continue;
    const difference = load - loads.loadWith(to, 0);
    const helpMin = worth(difference);
    // No move helps by more than the largest shard or the difference, and the next targets have more load.
    if (Math.min(difference, helpMax) <= (best?.help ?? helpMin)) break;
    const idealUnits = difference / (1 / capacityOf(from) + 1 / capacityOf(to));
    for (const shard of scales.nearest(from, idealUnits)) {
      const units = loads.unitsOf(shard);
      const help = load - Math.max(loads.loadWith(from, -units), loads.loadWith(to, units));
      if (help > (best?.help ?? helpMin)) best = { shard, to, help };
    }
  }
  return best;
}

/** The loads while they are balanced: lanes by their load, and the shards of each that may move by their work. */
class Scales {
  readonly #loads: LaneLoads;
  /** The most loaded first. */
  readonly lanes: SortedList<number>;
  /** By lane; the least work first, of equal ones the highest number. */
  readonly #movable: readonly SortedList<number>[];

  constructor(loads: LaneLoads) {
    this.#loads = loads;
    this.lanes = new SortedList(
      loads.lanes.keys(),
      (left, right) => loads.loadWith(right, 0) - loads.loadWith(left, 0) || left - right,
    );
    const shards: number[][] = loads.lanes.map(() => []);
    for (let shard = 0; shard < loads.shardCount; shard += 1)
      if (loads.placeOf(shard)?.pinned === false) shards[loads.laneOf(shard)]?.push(shard);
    const byWork = (left: number, right: number): number =>
      loads.unitsOf(left) - loads.unitsOf(right) || right - left;
    this.#movable = shards.map((each) => new SortedList(each, byWork));
  }

  move({ shard, to }: Candidate): void {
    const from = this.#loads.laneOf(shard);
    for (const lane of [from, to]) this.lanes.remove(lane);
    this.#loads.move(shard, to);
    for (const lane of [from, to]) this.lanes.add(lane);
    this.#movable[from]?.remove(shard);
    this.#movable[to]?.add(shard);
  }

  /** The work of the largest shard of a lane that may move. */
  largestUnits(lane: number): number {
    const shard = this.#movable[lane]?.items.at(-1);
    return shard === undefined ? 0 : this.#loads.unitsOf(shard);
  }

  /** The largest shard with at most so much work, and the smallest with more: what helps most is one of them. */
  *nearest(lane: number, units: number): Iterable<number> {
    const movable = this.#movable[lane];
    if (movable === undefined) return;
    const countUpTo = (most: number): number =>
      movable.countWhile((each) => this.#loads.unitsOf(each) <= most);
    const count = countUpTo(units);
    const [largest, next] = [movable.items[count - 1], movable.items[count]];
    if (largest !== undefined) yield largest;
    // The lowest number of those with as much work.
    if (next !== undefined) yield movable.items[countUpTo(this.#loads.unitsOf(next)) - 1] ?? next;
  }
}
