import { shopDeciders } from "../../actors/shop.ts";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { LaneMeter } from "../../engine/lane/lane-meter.ts";
import { defaultLaneLimits, type LaneLimits } from "../../engine/lane/limits.ts";
import type { Bus } from "../../engine/ports/bus.ts";
import type { LogFields } from "../../engine/ports/log.ts";
import type { LanePlace, Placement } from "../../engine/ports/placement-store.ts";
import { formatLanePlace } from "../../engine/routing/lane-place.ts";
import { Router } from "../../engine/routing/router.ts";
import { defaultRouterLimits } from "../../engine/routing/shard-route.ts";
import { LaneRelay } from "../../engine/shards/lane-relay.ts";
import type { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import type { Link } from "../../engine/transport/link.ts";
import { watchfulLog } from "./watchful-log.ts";
import type { NodeHooks } from "./simulated-node.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** How long an owner answers from memory after the journal has confirmed it. */
export const CONFIRMED_MS = 1_400;

// Computing takes no time in a simulation; it is accounted for as if lanes were slow, so that loads are worth balancing.
const UNIT_CPU_MS = 20;

/** Small enough that a simulation meets every bound: full memories, short tails, actors that leave. */
export const SIMULATED_LIMITS: LaneLimits = {
  ...defaultLaneLimits,
  keysPerActorMax: 12,
  batchDecisionsMax: 20,
  outboxWindow: 4,
  callsInFlightMax: 3,
  activatedActorsMax: 6,
  checkpointEventsMax: 25,
  checkpointAgeMs: 5_000,
  laneTailEventsMax: 60,
  preparedForMs: 5_000,
  ownershipConfirmedMs: CONFIRMED_MS,
  ownershipRenewMs: CONFIRMED_MS / 2,
};

/** What a lane starts with. */
export interface LaneStart {
  readonly place: LanePlace;
  /** Counts the starts of its node, also those that have failed. */
  readonly run: number;
  /** The number that the database has given to this start of the node. */
  readonly incarnation: () => number;
  readonly placement: Placement;
  /** The lane's own connection. */
  readonly bus: Bus;
  readonly topics: ClusterTopics;
}

/** One lane of a node, from its start to its end: the production lane and router over simulated ports. */
export class SimulatedLane {
  readonly lane: Lane;
  readonly relay: LaneRelay;
  readonly router: Router;
  readonly meter: LaneMeter;
  readonly place: LanePlace;
  /** Unique among all lanes of a simulation. */
  readonly #owner: string;
  readonly #world: World;

  constructor(
    world: World,
    process: SimulatedProcess,
    run: LaneStart,
    linkTo: (place: LanePlace) => Link,
    hooks: NodeHooks,
  ) {
    const { clock } = process;
    this.place = run.place;
    this.#owner = `${formatLanePlace(run.place)}#${run.run}`;
    this.#world = world;
    this.router = new Router(run.placement, {
      clock,
      limits: defaultRouterLimits,
      linkTo,
      refuse: () => undefined,
    });
    const log = watchfulLog(world, this.#owner, (fields, message) => {
      this.#judge(fields);
      if (message.includes("recovers from the journal")) this.#disturbed(message);
    });
    this.lane = new Lane({
      lane: run.place.lane,
      owner: this.#owner,
      shardCount: run.placement.shards.length,
      deciders: shopDeciders,
      journal: world.database.connect(process, () => ({ ...run.place, incarnation: run.incarnation() })),
      snapshots: world.snapshots.connect(process, log),
      ports: new Map([["payment", world.bank.connect(process)]]),
      clock,
      entropy: world.entropy,
      log,
      limits: SIMULATED_LIMITS,
      send: (shard, item) => this.router.send(shard, item),
      lost: (shards) => {
        world.note(`${this.#owner} has lost ${shards.join()}`);
        this.#disturbed("it has lost shards");
        hooks.lost(run.place.lane, shards);
        return "goOn";
      },
      fatal: (error) => {
        world.note(`${this.#owner} ends: ${String(error)}`);
        this.#judge({ err: error });
        hooks.ended();
      },
    });
    this.relay = new LaneRelay({ ...run, lane: this.lane, clock, log });
    this.meter = new LaneMeter({
      work: () => this.lane.work(),
      cpuMs: () => this.lane.work().units * UNIT_CPU_MS,
      nowMs: () => clock.nowMs(),
    });
    const serves = (shard: number): boolean =>
      process.alive && this.lane.state === "serving" && this.lane.shards.includes(shard);
    world.owners.set(this.#owner, serves);
  }

  /** Goes on by another placement: what was on its way to earlier owners is sent again. */
  apply(placement: Placement): void {
    this.lane.rerouted(this.router.apply(placement));
  }

  /** Planned moves fence nobody and cost nobody his memory. */
  #disturbed(how: string): void {
    const { faults, violations } = this.#world;
    if (faults.areOrderly) violations.add("moves disturb nobody", `${this.#owner}: ${how}`);
  }

  /**
   * Faults of the world outside are met and repaired; a broken invariant is nobody's fault but the program's. Only an owner
   * without a right to its shards may be surprised: what it meets was meant for its successor, and it can append nothing.
   */
  #judge({ err }: LogFields): void {
    const { violations, database } = this.#world;
    if (!this.lane.shards.every((shard) => database.storage.get(shard)?.owner === this.#owner)) return;
    if (err instanceof InvariantBroken) violations.add("invariants", err.message);
    else if (err instanceof TypeError || err instanceof RangeError)
      violations.add("invariants", String(err.stack));
  }
}
