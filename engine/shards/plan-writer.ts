import type { LaneLoads } from "./lane-loads.ts";
import type { LoadChange, MoveReason, Plan, PlannedMove, SkippedShard, SkipReason } from "./plan.ts";

/** Writes a plan down move by move, and moves the shards in the loads along. */
export class PlanWriter {
  readonly #loads: LaneLoads;
  readonly #moves: PlannedMove[] = [];
  readonly #skipped: SkippedShard[] = [];

  constructor(loads: LaneLoads) {
    this.#loads = loads;
  }

  /** A shard moves to the lane of this number. */
  move(shard: number, to: number, reason: MoveReason, pinned: boolean): void {
    const loads = this.#loads;
    const lane = loads.lanes[to];
    if (lane === undefined) throw new RangeError(`there is no lane ${to}`);
    const from = loads.laneOf(shard);
    const [sourceBefore, targetBefore] = [loads.loadOf(from), loads.loadOf(to)];
    loads.move(shard, to);
    const source: LoadChange = { before: sourceBefore, after: loads.loadOf(from) };
    this.#moves.push({
      shard,
      from: placeOf(loads, shard),
      to: { node: lane.node, lane: lane.lane },
      reason,
      pinned,
      source: from < 0 ? undefined : source,
      target: { before: targetBefore, after: loads.loadOf(to) },
    });
  }

  /** A shard stays. */
  skip(shard: number, reason: SkipReason): void {
    this.#skipped.push({ shard, at: placeOf(this.#loads, shard), reason });
  }

  plan(placementVersion: number): Plan {
    return { placementVersion, moves: this.#moves, skipped: this.#skipped };
  }
}

function placeOf(loads: LaneLoads, shard: number): PlannedMove["from"] {
  const place = loads.placeOf(shard);
  return place && { node: place.node, lane: place.lane };
}
