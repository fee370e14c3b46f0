const CAPACITY_FIRST = 1_024;

/** How a segment fits to the others of its commit. */
export type CommitFit = "fits" | "other time" | "same shard";

/**
 * Remembers the time of every commit, and the shard that it was met in last: about 40 bytes for each, in open
 * addressing, since a journal has millions. Commits are known by the last 64 bits of their UUIDs, 62 of them random: the
 * first ones may be a time.
 */
export class CommitRegister {
  #high = new Uint32Array(CAPACITY_FIRST);
  #low = new Uint32Array(CAPACITY_FIRST);
  #atMs = new Float64Array(CAPACITY_FIRST);
  /** Plus one; 0 marks a free slot. */
  #shard = new Uint32Array(CAPACITY_FIRST);
  #count = 0;

  /** Takes in a segment: all of one commit have one time, and each is of another shard. */
  take(batchId: string, shard: number, atMs: number): CommitFit {
    if ((this.#count + 1) * 2 > this.#shard.length) this.#grow();
    const high = Number.parseInt(batchId.slice(28, 36), 16);
    const low = Number.parseInt(batchId.slice(19, 23) + batchId.slice(24, 28), 16);
    const slot = this.#slot(high, low);
    if (this.#shard[slot] === 0) {
      this.#put(slot, high, low, atMs, shard + 1);
      this.#count += 1;
      return "fits";
    }
    if (this.#shard[slot] === shard + 1) return "same shard";
    this.#shard[slot] = shard + 1;
    return this.#atMs[slot] === atMs ? "fits" : "other time";
  }

  #slot(high: number, low: number): number {
    const mask = this.#shard.length - 1;
    let slot = high & mask;
    while (this.#shard[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low))
      slot = (slot + 1) & mask;
    return slot;
  }

  #put(slot: number, high: number, low: number, atMs: number, shardPlusOne: number): void {
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#atMs[slot] = atMs;
    this.#shard[slot] = shardPlusOne;
  }

  #grow(): void {
    const [highs, lows, times, shards] = [this.#high, this.#low, this.#atMs, this.#shard];
    const capacity = shards.length * 2;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#atMs = new Float64Array(capacity);
    this.#shard = new Uint32Array(capacity);
    for (const [index, shardPlusOne] of shards.entries()) {
      if (shardPlusOne === 0) continue;
      const [high = 0, low = 0, atMs = 0] = [highs[index], lows[index], times[index]];
      this.#put(this.#slot(high, low), high, low, atMs, shardPlusOne);
    }
  }
}
