import {
  PlacementChanged,
  type ChangeOrigin,
  type Placement,
  type PlacementStore,
  type ShardChange,
} from "../ports/placement-store.ts";
import { withNews, type PlacementNews } from "./placement-news.ts";

const ATTEMPTS_MAX = 3;

/** What is to be different in a placement; nothing, if nothing has to be. */
export type MakeChanges = (placement: Placement) => readonly ShardChange[];

/** What the desk needs of its coordinator. */
export interface PlacementDeskDependencies {
  readonly store: PlacementStore;
  readonly term: number;
  /** Tells all nodes. */
  readonly announce: (news: PlacementNews) => void;
}

/** The placement in the hands of the coordinator: who alone changes it, one change after the other, and tells the nodes. */
export class PlacementDesk {
  readonly #dependencies: PlacementDeskDependencies;
  #placement: Placement = { version: 0, shards: [] };
  /** The version that everybody may know. */
  #announced = 0;
  /** By shard: what has changed since. */
  readonly #unannounced = new Map<number, ShardChange>();
  #changing: Promise<unknown> = Promise.resolve();
  #isCertain = false;

  constructor(dependencies: PlacementDeskDependencies) {
    this.#dependencies = dependencies;
  }

  get placement(): Placement {
    return this.#placement;
  }

  /** What nodes may not know yet. */
  get news(): PlacementNews {
    const { version } = this.#placement;
    return { version, since: this.#announced, changes: [...this.#unannounced.values()] };
  }

  /** Reads the placement. @throws when it cannot be read. */
  async open(): Promise<void> {
    await this.#read();
    this.#announced = this.#placement.version;
    this.#unannounced.clear();
  }

  /**
   * Gives shards other places, durably, and announces nothing. `make` is given the placement as it is when the turn of this change
   * has come: what was read before may have changed. Returns the version in which they have them.
   * @throws {TermOver} of `coordinator-lock.ts`
   */
  change(make: MakeChanges, origin: Omit<ChangeOrigin, "term">): Promise<number> {
    const change = this.#changing.then(() =>
      this.#change(make, { ...origin, term: this.#dependencies.term }),
    );
    this.#changing = change.catch(() => undefined);
    return change;
  }

  /** Tells all nodes what has changed since they were told last; the version alone, if nothing has. */
  announce(): void {
    this.#dependencies.announce(this.news);
    this.#announced = this.#placement.version;
    this.#unannounced.clear();
  }

  async #change(make: MakeChanges, origin: ChangeOrigin): Promise<number> {
    const { store } = this.#dependencies;
    for (let attempt = 1; ; attempt += 1) {
      if (!this.#isCertain) await this.#read();
      const since = this.#placement.version;
      const changes = make(this.#placement);
      if (changes.length === 0) return since;
      this.#isCertain = false;
      try {
        const version = await store.change(since, changes, origin);
        this.#made({ version, since, changes });
        return version;
      } catch (error) {
        // Nobody else changes the placement in this term: that was an own change whose reply was lost.
        if (!(error instanceof PlacementChanged) || attempt >= ATTEMPTS_MAX) throw error;
      }
    }
  }

  #made(news: PlacementNews): void {
    this.#placement = withNews(this.#placement, news) ?? this.#placement;
    for (const change of news.changes) this.#unannounced.set(change.shard, change);
    this.#isCertain = true;
  }

  async #read(): Promise<void> {
    const placement = await this.#dependencies.store.read();
    for (const [shard, place] of placement.shards.entries()) {
      const known = this.#placement.shards[shard];
      const isNew =
        place?.node !== known?.node || place?.lane !== known?.lane || place?.pinned !== known?.pinned;
      if (place !== undefined && isNew) this.#unannounced.set(shard, { shard, ...place });
    }
    this.#placement = placement;
    this.#isCertain = true;
  }
}
