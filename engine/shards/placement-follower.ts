import type { Clock } from "../ports/clock.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { Log } from "../ports/log.ts";
import type { Placement, PlacementStore } from "../ports/placement-store.ts";
import { withNews, type PlacementNews } from "./placement-news.ts";

/** How often a node reads the stored placement without being told to, milliseconds. */
export interface FollowerLimits {
  /** While announcements arrive. */
  readonly pollMs: number;
  /** While the bus is away. */
  readonly pollAwayMs: number;
  /** At most, while lanes turn away what should be theirs. */
  readonly doubtMs: number;
}

/** What a follower needs of its node. */
export interface FollowerDependencies {
  readonly store: PlacementStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: FollowerLimits;
  /** Whether announcements arrive at present. */
  readonly isInReach: () => boolean;
  /** A newer placement is known. */
  readonly changed: (placement: Placement) => void;
}

/** Knows the newest placement at one node: from announcements, and from the store where one may have been missed. */
export class PlacementFollower {
  readonly #dependencies: FollowerDependencies;
  #placement: Placement = { version: 0, shards: [] };
  #reading: Promise<void> | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #cancelPoll: () => void = () => undefined;
  #cancelDoubt: (() => void) | undefined;

  constructor(dependencies: FollowerDependencies) {
    this.#dependencies = { ...dependencies, clock: new ForwardClock(dependencies.clock) };
  }

  /** The newest placement that this node knows. */
  get placement(): Placement {
    return this.#placement;
  }

  /** @throws when the store cannot be read. */
  async start(): Promise<void> {
    await this.#read();
    this.#plan();
  }

  stop(): void {
    this.#cancelPoll();
    this.#cancelDoubt?.();
  }

  /**
   * Takes news in; resolves when their version, or a newer one, is known.
   * @throws when something was missed and the store cannot be read.
   */
  async take(news: PlacementNews): Promise<void> {
    const known = this.#placement.shards.length === 0 ? undefined : withNews(this.#placement, news);
    if (known !== undefined) return this.#take(known);
    await this.refresh();
  }

  /** Reads the store, now. @throws when it cannot be read. */
  async refresh(): Promise<void> {
    // What is being read already may have been read before that which was missed.
    await this.#reading?.catch(() => undefined);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  /** A lane has turned away what is its own by what is known here: reads the store soon, once for all who doubt. */
  doubt(): void {
    if (this.#cancelDoubt !== undefined) return;
    const { clock, limits } = this.#dependencies;
    const waitMs = Math.max(0, this.#readAtMs + limits.doubtMs - clock.nowMs());
    this.#cancelDoubt = clock.after(waitMs, () => {
      this.#cancelDoubt = undefined;
      this.#readUnasked();
    });
  }

  /** The bus is back, or away: what was announced meanwhile was missed, or will be. */
  reachChanged(): void {
    this.#cancelPoll();
    this.#poll();
  }

  async #read(): Promise<void> {
    const { store, clock } = this.#dependencies;
    this.#readAtMs = clock.nowMs();
    this.#take(await store.read());
  }

  #take(placement: Placement): void {
    const isFirst = this.#placement.shards.length === 0;
    if (!isFirst && placement.version <= this.#placement.version) return;
    this.#placement = placement;
    this.#dependencies.changed(placement);
  }

  #plan(): void {
    const { clock, limits, isInReach } = this.#dependencies;
    this.#cancelPoll = clock.after(isInReach() ? limits.pollMs : limits.pollAwayMs, () => this.#poll());
  }

  #poll(): void {
    this.#plan();
    this.#readUnasked();
  }

  #readUnasked(): void {
    this.refresh().catch((error: unknown) => {
      this.#dependencies.log.warn({ err: error }, "the placement cannot be read at the moment");
    });
  }
}
