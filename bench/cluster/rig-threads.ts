import type { Bus } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Adopted, LaneMeasurement, LeaveForMove, NodeThreads } from "../../engine/ports/node-threads.ts";
import type { LanePlace, Placement } from "../../engine/ports/placement-store.ts";
import { isSamePlace } from "../../engine/routing/placement.ts";
import { LaneRelay } from "../../engine/shards/lane-relay.ts";
import type { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";

/** Who may append to each shard, as a journal knows it. */
export class Owners {
  readonly #placement: () => Placement;
  /** By shard: the run of a lane that claimed it last. */
  readonly #owners = new Map<number, string>();
  readonly takeovers: string[] = [];
  /** Shards that were taken from a lane that served them. */
  readonly fenced: number[] = [];
  /** Whether a run of a lane serves a shard. */
  readonly #isServed: (shard: number, owner: string) => boolean;

  constructor(placement: () => Placement, isServed: (shard: number, owner: string) => boolean) {
    this.#placement = placement;
    this.#isServed = isServed;
  }

  ownerOf(shard: number): string | undefined {
    return this.#owners.get(shard);
  }

  /** Claims those of the shards that the placement gives to the lane. */
  claim(shards: readonly number[], owner: string, { node, lane }: LanePlace): readonly number[] {
    const places = this.#placement().shards;
    const given = shards.filter((shard) => places[shard]?.node === node && places[shard].lane === lane);
    for (const shard of given) {
      const before = this.#owners.get(shard);
      if (before !== undefined && before !== owner && this.#isServed(shard, before)) this.fenced.push(shard);
      this.#owners.set(shard, owner);
      this.takeovers.push(`${shard} ${owner}`);
    }
    return given;
  }
}

interface Route {
  place: LanePlace | undefined;
  version: number;
  /** The move that it is held for. */
  heldFor: number | undefined;
  /** The latest move that is over. */
  released: number;
}

/** What the lanes of a node share with others. */
export interface RigSurroundings {
  readonly owners: Owners;
  /** What each shard costs wherever it is, by shard; 0 where nothing is said. */
  readonly costs: ReadonlyMap<number, number>;
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly clock: Clock;
  readonly log: Log;
  /** Has every call take as long as a look into a store. */
  readonly store: <Port extends object>(port: Port) => Port;
}

/** Lanes and routers of a node, as far as an agent can tell: what they have, and what they keep. */
export class RigThreads implements NodeThreads {
  readonly #node: string;
  readonly #run: string;
  readonly #owners: Owners;
  readonly #serving: readonly Set<number>[];
  readonly #relays: readonly LaneRelay[];
  readonly #routes: Route[] = [];
  readonly #costs: ReadonlyMap<number, number>;
  /** Shards that its lanes cannot read. */
  readonly unreadable = new Set<number>();
  #version = 0;

  constructor(node: string, incarnation: number, laneCount: number, surroundings: RigSurroundings) {
    this.#node = node;
    this.#run = `${node}#${incarnation}`;
    this.#owners = surroundings.owners;
    this.#costs = surroundings.costs;
    this.#serving = Array.from({ length: laneCount }, () => new Set<number>());
    this.#relays = this.#serving.map((serving, number) => {
      const lane = {
        prepare: (shards: readonly number[]) => this.#prepare(shards),
        adopt: async (shards: readonly number[]) => this.#adopt(number, serving, shards),
        letGo: async (shards: readonly number[]) => shards.forEach((shard) => serving.delete(shard)),
      };
      return new LaneRelay({
        ...surroundings,
        place: { node, lane: number },
        lane: surroundings.store(lane),
      });
    });
  }

  /** Lanes that serve this shard and may append to it. */
  servingAt(shard: number): readonly string[] {
    return this.#serving.flatMap((shards, lane) =>
      shards.has(shard) && this.#owners.ownerOf(shard) === this.#owner(lane)
        ? `${this.#node}/lane-${lane}`
        : [],
    );
  }

  /** Whether one of its lanes goes by this name and serves this shard, fenced or not. */
  serves(shard: number, owner: string): boolean {
    return this.#serving.some((shards, lane) => this.#owner(lane) === owner && shards.has(shard));
  }

  /** Where this node sends what is for a shard; undefined while it keeps it. */
  routeTo(shard: number): string | undefined {
    const route = this.#routes[shard];
    if (route?.place === undefined || route.heldFor !== undefined) return undefined;
    return `${route.place.node}/lane-${route.place.lane}`;
  }

  prepare(lane: number, shards: readonly number[]): Promise<void> {
    return this.#relay(lane).prepare(shards);
  }

  adopt(lane: number, shards: readonly number[]): Promise<Adopted> {
    return this.#relay(lane).adopt(shards);
  }

  letGo(lane: number, shards: readonly number[], leave?: LeaveForMove): Promise<void> {
    return this.#relay(lane).letGo(shards, leave);
  }

  hold(shards: readonly number[], move: number): Promise<void> {
    for (const shard of shards) {
      const route = this.#route(shard);
      if (move > route.released) route.heldFor = move;
    }
    return Promise.resolve();
  }

  release(shards: readonly number[], move: number): Promise<void> {
    for (const shard of shards) {
      const route = this.#route(shard);
      if (move <= route.released) continue;
      route.released = move;
      route.heldFor = undefined;
    }
    return Promise.resolve();
  }

  apply({ version, shards }: Placement): Promise<void> {
    if (version <= this.#version) return Promise.resolve();
    this.#version = version;
    for (const [shard, place] of shards.entries()) {
      const route = this.#route(shard);
      if (isSamePlace(route.place, place)) continue;
      Object.assign(route, { place, version, heldFor: undefined });
    }
    return Promise.resolve();
  }

  measure(lane: number): Promise<LaneMeasurement> {
    const serving = [...(this.#serving[lane] ?? [])];
    const shards = serving.map((shard) => ({ shard, cost: this.#costs.get(shard) ?? 0 }));
    return Promise.resolve({
      load: Math.min(
        1,
        shards.reduce((sum, { cost }) => sum + cost, 0),
      ),
      shards,
    });
  }

  #relay(lane: number): LaneRelay {
    const relay = this.#relays[lane];
    if (relay === undefined) throw new Error(`there is no lane ${lane}`);
    return relay;
  }

  #prepare(shards: readonly number[]): Promise<void> {
    const damaged = shards.find((shard) => this.unreadable.has(shard));
    return damaged === undefined
      ? Promise.resolve()
      : Promise.reject(new Error(`shard ${damaged} is damaged`));
  }

  #adopt(lane: number, serving: Set<number>, shards: readonly number[]): Adopted {
    const missing = shards.filter(
      (shard) => !serving.has(shard) || this.#owners.ownerOf(shard) !== this.#owner(lane),
    );
    const claimed = this.#owners.claim(missing, this.#owner(lane), { node: this.#node, lane });
    for (const shard of claimed) if (!this.unreadable.has(shard)) serving.add(shard);
    return {
      served: shards.filter((shard) => serving.has(shard)),
      unread: claimed
        .filter((shard) => this.unreadable.has(shard))
        .map((shard) => ({ shard, why: `shard ${shard} is damaged` })),
    };
  }

  #owner(lane: number): string {
    return `${this.#run}/lane-${lane}`;
  }

  #route(shard: number): Route {
    return (this.#routes[shard] ??= { place: undefined, version: 0, heldFor: undefined, released: 0 });
  }
}
