import { assert } from "../contract/assert.ts";
import type { Clock } from "../ports/clock.ts";
import type { LanePlace, Placement } from "../ports/placement-store.ts";
import type { CommandItem, Item, ReadItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import { isSamePlace } from "./placement.ts";
import { ShardRoute, type RouteDependencies, type RouterLimits } from "./shard-route.ts";

/** What a router needs of its thread. */
export interface RouterDependencies {
  readonly clock: Clock;
  readonly limits: RouterLimits;
  /** The link to a lane: the same one each time. */
  readonly linkTo: (place: LanePlace) => Link;
  /** Takes the answers to commands and reads that cannot be kept, or not any longer. */
  readonly refuse: (items: readonly Item[]) => void;
}

/** Sends items to the lanes that have their shards, by the newest placement that it was told. */
export class Router {
  readonly #linkTo: (place: LanePlace) => Link;
  readonly #shared: RouteDependencies;
  /** By shard; made when something is sent there first. */
  readonly #routes: (ShardRoute | undefined)[] = [];
  #placement: Placement;

  constructor(placement: Placement, { linkTo, ...shared }: RouterDependencies) {
    this.#placement = placement;
    this.#linkTo = linkTo;
    this.#shared = { ...shared, keptCount: 0 };
  }

  get shardCount(): number {
    return this.#placement.shards.length;
  }

  /** Version of the placement in use. */
  get version(): number {
    return this.#placement.version;
  }

  /** Items that wait for an owner. */
  get keptCount(): number {
    return this.#shared.keptCount;
  }

  /** Shards for which it keeps what is sent. */
  get held(): ReadonlySet<number> {
    const held = new Set<number>();
    for (const [shard, route] of this.#routes.entries()) if (route?.isHeld === true) held.add(shard);
    return held;
  }

  /** Numbers of the commands and reads that it keeps. */
  get kept(): ReadonlySet<number> {
    return new Set(this.#shared.keptCount === 0 ? [] : this.#routes.flatMap((route) => route?.kept ?? []));
  }

  /** Whether a shard has another owner than by that version of the placement, or is about to have one. */
  isChanging(shard: number, version: number): boolean {
    const route = this.#routes[shard];
    return route !== undefined && (route.isHeld || route.version > version);
  }

  send(shard: number, item: Item): void {
    this.#route(shard).send(item);
  }

  /** Goes on by another placement, unless it is older. Returns the shards that have moved. */
  apply(placement: Placement): readonly number[] {
    const before = this.#placement;
    if (placement.version <= before.version) return [];
    assert(placement.shards.length === before.shards.length, "the number of shards never changes");
    this.#placement = placement;
    const moved: number[] = [];
    for (const [shard, place] of placement.shards.entries()) {
      if (isSamePlace(place, before.shards[shard])) continue;
      moved.push(shard);
      this.#routes[shard]?.move(place && this.#linkTo(place), placement.version);
    }
    return moved;
  }

  /**
   * From now on keeps what is sent to these shards, until they have moved or are released. `move` is the number of the move
   * that is about to begin: they grow, so that an order of one that is over changes nothing when it arrives late.
   */
  hold(shards: readonly number[], move: number): void {
    for (const shard of shards) this.#route(shard).hold(move);
  }

  /** A move is over: goes on where the shards are, by the newest placement. */
  release(shards: readonly number[], move: number): void {
    for (const shard of shards) this.#route(shard).release(move);
  }

  /** Takes back what a lane has not begun. `version` is that of the placement when it was sent. */
  takeBack(shard: number, item: CommandItem | ReadItem, version: number): void {
    this.#route(shard).takeBack(item, version);
  }

  /** A lane does not keep watches of this shard: they are sent again. */
  askAgain(shard: number): void {
    // Of one that nothing was sent to, none is.
    this.#routes[shard]?.askAgain();
  }

  /** Something that this lane has sent was lost: all that is watched there is asked for again. Returns the lane's shards. */
  missed(place: LanePlace): readonly number[] {
    const missed: number[] = [];
    for (const [shard, route] of this.#routes.entries()) {
      if (route === undefined || !isSamePlace(this.#placement.shards[shard], place)) continue;
      route.askAgain();
      missed.push(shard);
    }
    return missed;
  }

  /** Refuses what is kept and whose deadline has passed, and forgets what nobody waits for any more. Called now and then. */
  expire(nowMs: number, isAwaited: (correlation: number) => boolean): void {
    if (this.#shared.keptCount === 0) return;
    for (const route of this.#routes) route?.expire(nowMs, isAwaited);
  }

  /** Ends what is planned; nothing that is kept leaves any more. */
  stop(): void {
    for (const route of this.#routes) route?.stop();
  }

  #route(shard: number): ShardRoute {
    return this.#routes[shard] ?? this.#begin(shard);
  }

  #begin(shard: number): ShardRoute {
    const { version, shards } = this.#placement;
    const place = shards[shard];
    const route = new ShardRoute(this.#shared);
    route.move(place && this.#linkTo(place), version);
    this.#routes[shard] = route;
    return route;
  }
}
