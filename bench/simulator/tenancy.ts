import { shopDeciders } from "../../actors/shop.ts";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits, type LaneLimits } from "../../engine/lane/limits.ts";
import type { Log, LogFields } from "../../engine/ports/log.ts";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import type { Endpoint } from "./endpoint.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** Small enough that a simulation meets every bound: full memories, short tails, actors that leave. */
const LIMITS: LaneLimits = {
  ...defaultLaneLimits,
  keysPerActorMax: 12,
  batchDecisionsMax: 20,
  outboxWindow: 4,
  callsInFlightMax: 3,
  activatedActorsMax: 6,
  checkpointEventsMax: 25,
  checkpointAgeMs: 5_000,
  laneTailEventsMax: 60,
  // Just shorter than the lease after which others take over (`LEASE_MS` of the cluster).
  ownershipConfirmedMs: 1_400,
  ownershipRenewMs: 700,
};

/** What a tenancy tells the cluster that it belongs to. */
export interface TenancyHooks {
  /** Those that are to be opened, of so many. */
  readonly shards: readonly number[];
  readonly shardCount: number;
  /** The lane cannot go on: its process ends. */
  readonly ended: () => void;
}

/** One lane in one process, from its opening to its end: the production lane over simulated ports. */
export class Tenancy {
  readonly lane: Lane;
  readonly unit: number;
  /** Unique among all tenancies of a simulation. */
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #shards: readonly number[];
  readonly #replies = new Map<string, Link>();

  constructor(world: World, endpoint: Endpoint, unit: number, hooks: TenancyHooks) {
    const { process } = endpoint;
    this.unit = unit;
    this.name = `${process.name} ${world.entropy.uuid()}`;
    this.process = process;
    this.#world = world;
    this.#shards = hooks.shards;
    const log = this.#watchfulLog();
    this.lane = new Lane({
      lane: unit,
      owner: this.name,
      shardCount: hooks.shardCount,
      deciders: shopDeciders,
      journal: world.database.connect(process),
      snapshots: world.snapshots.connect(process, log),
      ports: new Map([["payment", world.bank.connect(process)]]),
      clock: process.clock,
      entropy: world.entropy,
      log,
      limits: LIMITS,
      send: (shard, item) => endpoint.router.send(shard, item),
      lost: () => "end",
      fatal: (error) => {
        world.note(`${process.name} lane ${unit} ends: ${String(error)}`);
        this.#judge(error);
        hooks.ended();
      },
    });
  }

  /** Its place in the placement: a process that opens a lane twice is two nodes. */
  get place(): LanePlace {
    return { node: this.name, lane: this.unit };
  }

  open(): Promise<void> {
    return this.lane.open(this.#shards);
  }

  /** Takes in what an endpoint sent; its answers go back there. */
  receive(from: Endpoint, items: readonly Item[]): void {
    let replies = this.#replies.get(from.process.name);
    if (replies === undefined) {
      replies = this.#world.network.link(this.process, from.process, (answers) => from.receive(answers));
      this.#replies.set(from.process.name, replies);
    }
    this.lane.receive(replies, items);
  }

  #watchfulLog(): Log {
    const warn = ({ err }: LogFields, message: string): void => {
      this.#world.note(`${this.process.name} lane ${this.unit}: ${message}`);
      this.#judge(err);
    };
    return { debug: () => undefined, info: () => undefined, warn, error: warn };
  }

  /**
   * Faults of the world outside are met and repaired; a broken invariant is nobody's fault but the program's. Only an owner
   * without a right to its shards may be surprised: what it meets was meant for its successor, and it can append nothing.
   */
  #judge(error: unknown): void {
    const { violations, database } = this.#world;
    if (!this.#shards.every((shard) => database.storage.get(shard)?.owner === this.name)) return;
    if (error instanceof InvariantBroken) violations.add("invariants", error.message);
    else if (error instanceof TypeError || error instanceof RangeError)
      violations.add("invariants", String(error.stack));
  }
}
