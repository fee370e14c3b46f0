/** What a lane is doing with a shard: taking it over, deciding its work, or finishing what it has begun there. */
export type ShardPhase = "arriving" | "serving" | "leaving";

/** The shards of one lane, which change while it serves, and what it is doing with each. */
export class Roster {
  /** By shard; undefined: the lane does not have it. */
  readonly #phases: (ShardPhase | undefined)[] = [];
  readonly #owned = new Set<number>();
  #ownedList: readonly number[] = [];
  #growth = 0;

  phaseOf(shard: number): ShardPhase | undefined {
    return this.#phases[shard];
  }

  /** Shards that the lane speaks for, or has a commit in flight for: those that serve, and those that leave. Ascending. */
  get owned(): readonly number[] {
    return this.#ownedList;
  }

  /** How often {@link owned} has grown: what was asked about all of them before says nothing about the new ones. */
  get growth(): number {
    return this.#growth;
  }

  owns(shard: number): boolean {
    return this.#owned.has(shard);
  }

  /** The shards that are served. Ascending. */
  get serving(): readonly number[] {
    return this.#ownedList.filter((shard) => this.#phases[shard] === "serving");
  }

  arrive(shard: number): void {
    this.#phases[shard] = "arriving";
  }

  serve(shards: Iterable<number>): void {
    for (const shard of shards) {
      this.#phases[shard] = "serving";
      this.#owned.add(shard);
    }
    this.#growth += 1;
    this.#list();
  }

  leave(shard: number): void {
    this.#phases[shard] = "leaving";
  }

  remove(shards: Iterable<number>): void {
    for (const shard of shards) {
      this.#phases[shard] = undefined;
      this.#owned.delete(shard);
    }
    this.#list();
  }

  #list(): void {
    this.#ownedList = [...this.#owned].sort((left, right) => left - right);
  }
}
