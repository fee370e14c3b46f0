import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Placement } from "../ports/placement-store.ts";
import { isSamePlace } from "../routing/placement.ts";
import { ORPHAN_REASON } from "./fail-over-records.ts";
import type { MakeChanges, PlacementDesk } from "./placement-desk.ts";
import { shardChangesOf, type PlanBasis, type PlannedMove } from "./plan.ts";
import { planOrphans } from "./planner.ts";
import { UntakenShards } from "./untaken-shards.ts";

/** What fail-over needs of its coordinator. */
export interface FailOverDependencies {
  readonly desk: PlacementDesk;
  readonly clock: Clock;
  readonly log: Log;
  /** What a plan is made from. */
  readonly basis: (placement: Placement) => PlanBasis;
  /** Shards that are being handed over: their hand-over sees to them. */
  readonly underway: () => ReadonlySet<number>;
  /** Shards have been taken from nodes that do not serve, by that version of the placement. */
  readonly taken: (moves: readonly PlannedMove[], placementVersion: number) => void;
}

/** Gives the shards that no living lane has to those that live: all of them at first, and those of a node that dies. */
export class FailOver {
  readonly #dependencies: FailOverDependencies;
  readonly #untaken: UntakenShards;
  #isBusy = false;

  constructor(dependencies: FailOverDependencies) {
    this.#dependencies = dependencies;
    this.#untaken = new UntakenShards(dependencies.clock, dependencies.log);
  }

  /**
   * Returns the shards that were given away.
   * @throws {TermOver} or what keeps the placement from being changed.
   */
  async run(): Promise<readonly number[]> {
    if (this.#isBusy) return [];
    this.#isBusy = true;
    try {
      return await this.#run();
    } finally {
      this.#isBusy = false;
    }
  }

  async #run(): Promise<readonly number[]> {
    const { desk, log, basis, underway, taken } = this.#dependencies;
    const { placement } = desk;
    const handedOver = underway();
    const plan = planOrphans(basis(placement));
    this.#untaken.look(plan.skipped);
    let moves = plan.moves.filter(({ shard }) => !handedOver.has(shard));
    if (moves.length === 0) return [];
    // Meanwhile shards may have been moved or pinned by changes whose turn came first.
    const make: MakeChanges = ({ shards }) => {
      moves = moves
        .filter(({ shard, from, to }) => [from, to].some((place) => isSamePlace(shards[shard], place)))
        .map((move) => ({ ...move, pinned: shards[move.shard]?.pinned ?? move.pinned }));
      return shardChangesOf(moves);
    };
    const version = await desk.change(make, { reason: ORPHAN_REASON, askedBy: "coordinator" });
    desk.announce();
    if (moves.length === 0) return [];
    const shards = moves.map(({ shard }) => shard);
    const lost = moves.filter(({ from }) => from !== undefined);
    if (lost.length > 0) taken(lost, version);
    const nodes = [...new Set(lost.map(({ from }) => from?.node))];
    if (lost.length === 0)
      log.info({ shards: shards.length }, "shards were given to lanes for the first time");
    else log.warn({ shards: shards.length, nodes }, "shards that nobody served were given to other lanes");
    return shards;
  }
}
