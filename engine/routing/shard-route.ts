import type { Clock } from "../ports/clock.ts";
import { ANSWER, COMMAND, READ, UNWATCH, WATCH } from "../transport/items.ts";
import type { CommandItem, Item, ReadItem, UnwatchItem, WatchItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";

/** Bounds of a router and its routes. */
export interface RouterLimits {
  /** Items kept over all shards while their owners change; a client's command or read beyond that is refused as overloaded. */
  readonly keptItemsMax: number;
  /** First and longest wait before an owner that turned something away is asked again, while no other one is known, ms. */
  readonly returnDelayMs: number;
  readonly returnDelayMaxMs: number;
  /** After this time a shard that is held goes on at its present owner: whoever wanted it held has not come back, ms. */
  readonly holdMaxMs: number;
  readonly retryAfterMs: number;
}

/** Sound for pauses of two seconds under load. */
export const defaultRouterLimits: RouterLimits = {
  keptItemsMax: 20_000,
  returnDelayMs: 25,
  returnDelayMaxMs: 500,
  holdMaxMs: 10_000,
  retryAfterMs: 200,
};

/** What the routes of one router share. */
export interface RouteDependencies {
  readonly clock: Clock;
  readonly limits: RouterLimits;
  /** Takes the answers to what cannot be kept, or not any longer. */
  readonly refuse: (items: readonly Item[]) => void;
  /** Items that all of them keep now. */
  keptCount: number;
}

/**
 * The way to one shard, whose owner can change while it is in use: keeps what is sent meanwhile, takes back what an owner
 * turned away, and asks each new owner for the views that are watched.
 */
export class ShardRoute {
  readonly #shared: RouteDependencies;
  readonly #watches = new Map<string, WatchItem>();
  /** Watches that have ended while the shard was held. */
  readonly #ended = new Map<string, UnwatchItem>();
  #end: Link | undefined;
  /** Version of the placement that made it the owner. */
  #version = 0;
  /** The latest move that is over. */
  #released = 0;
  #holding = true;
  /** Sent while the shard was held… */
  #kept: Item[] = [];
  /** …and turned away by its owner, so that it was sent before all of those. */
  #returned: Item[] = [];
  /** Times in a row that the owner has turned something away. */
  #returns = 0;
  #cancelResume: (() => void) | undefined;

  /** Begins without an owner. */
  constructor(shared: RouteDependencies) {
    this.#shared = shared;
  }

  /** Version of the placement that made the owner what it is. */
  get version(): number {
    return this.#version;
  }

  /** Whether it keeps what is sent. */
  get isHeld(): boolean {
    return this.#holding;
  }

  /** Numbers of the commands and reads that it keeps. */
  get kept(): readonly number[] {
    return [...this.#returned, ...this.#kept].flatMap((item) => (isRequest(item) ? [item[1]] : []));
  }

  send(item: Item): void {
    if (item[0] === WATCH) this.#watches.set(watchName(item), item);
    if (item[0] === UNWATCH) this.#watches.delete(watchName(item));
    if (this.#holding || this.#end === undefined) this.#keep(item);
    else this.#end.send(item);
  }

  /** The shard has another owner by that version of the placement, or none. */
  move(end: Link | undefined, version: number): void {
    if (version <= this.#version) return;
    this.#version = version;
    this.#end = end;
    this.#returns = 0;
    this.#resume();
  }

  /** From now on keeps what is sent, unless that move of the shard, or a later one, is over. */
  hold(move: number): void {
    if (move > this.#released) this.#holdFor(this.#shared.limits.holdMaxMs);
  }

  /** That move is over: goes on at the owner, whether or not it is a new one. */
  release(move: number): void {
    if (move <= this.#released) return;
    this.#released = move;
    this.#returns = 0;
    this.#resume();
  }

  /**
   * Takes back what the owner has not begun since it does not have the shard, and sends it again once there is another
   * owner, or after a while. `version` is that of the placement when it was sent: an owner of the past says nothing new.
   */
  takeBack(item: CommandItem | ReadItem, version: number): void {
    if (!this.#holding && this.#version > version) return this.send(item);
    if (!this.#holding) this.#holdFor(this.#returnDelayMs());
    this.#store(this.#returned, item);
  }

  /** The owner does not have the shard, so that nothing is watched there: asks again after a while. */
  askAgain(): void {
    if (this.#holding || this.#cancelResume !== undefined) return;
    this.#resumeAfter(this.#returnDelayMs());
  }

  /**
   * Refuses the commands among what is kept whose deadline has passed, since they were certainly not begun, and forgets what
   * nobody waits for any more: a shard that has no owner for long must not take the room of those that are about to move.
   */
  expire(nowMs: number, isAwaited: (correlation: number) => boolean): void {
    if (this.#kept.length + this.#returned.length === 0) return;
    const isOver = (item: Item): boolean =>
      (item[0] === COMMAND && item[7] < nowMs) || (isRequest(item) && !isAwaited(item[1]));
    const over = [...this.#returned, ...this.#kept].filter(isOver);
    if (over.length === 0) return;
    this.#returned = this.#returned.filter((item) => !isOver(item));
    this.#kept = this.#kept.filter((item) => !isOver(item));
    this.#shared.keptCount -= over.length;
    for (const item of over) this.#refuse(item);
  }

  /** Ends what is planned. */
  stop(): void {
    this.#cancelResume?.();
    this.#cancelResume = undefined;
  }

  #holdFor(forMs: number): void {
    this.#holding = true;
    this.#resumeAfter(forMs);
  }

  #resumeAfter(forMs: number): void {
    this.stop();
    this.#cancelResume = this.#shared.clock.after(forMs, () => this.#resume());
  }

  #returnDelayMs(): number {
    const { returnDelayMs, returnDelayMaxMs } = this.#shared.limits;
    this.#returns += 1;
    return Math.min(returnDelayMs * 2 ** (this.#returns - 1), returnDelayMaxMs);
  }

  /** Goes on at the owner, which may never have heard of what is watched: that comes first, then what waits, in its order. */
  #resume(): void {
    this.stop();
    const end = this.#end;
    this.#holding = end === undefined;
    if (end === undefined) return;
    for (const item of this.#ended.values()) end.send(item);
    for (const item of this.#watches.values()) end.send(item);
    this.#ended.clear();
    const waiting = [...this.#returned, ...this.#kept];
    this.#returned = [];
    this.#kept = [];
    this.#shared.keptCount -= waiting.length;
    for (const item of waiting) end.send(item);
  }

  #keep(item: Item): void {
    // What is watched is known anyway, and where there is no owner nobody has heard of it.
    if (item[0] === WATCH) this.#ended.delete(watchName(item));
    else if (item[0] !== UNWATCH) this.#store(this.#kept, item);
    else if (this.#end !== undefined) this.#ended.set(watchName(item), item);
  }

  #store(items: Item[], item: Item): void {
    if (this.#shared.keptCount >= this.#shared.limits.keptItemsMax) return this.#refuse(item);
    this.#shared.keptCount += 1;
    items.push(item);
  }

  #refuse(item: Item): void {
    if (!isRequest(item)) return;
    const { limits, refuse } = this.#shared;
    refuse([[ANSWER, item[1], { type: "overloaded", retryAfterMs: limits.retryAfterMs }]]);
  }
}

/** Whether somebody waits for an answer to it. */
function isRequest(item: Item): item is CommandItem | ReadItem {
  return item[0] === COMMAND || item[0] === READ;
}

function watchName([, tenant, kind, id]: WatchItem | UnwatchItem): string {
  return `${tenant}/${kind}/${id}`;
}
