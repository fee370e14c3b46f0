import type { Work } from "./work.ts";

/** Work for shards that are on their way to the lane: it waits until they serve. */
export class KeptWork {
  readonly #lengthMax: number;
  readonly #byShard = new Map<number, Work[]>();
  #length = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  get length(): number {
    return this.#length;
  }

  /** No room for anything; what the lane owes to others is repeated by them. */
  get full(): boolean {
    return this.#length >= this.#lengthMax;
  }

  add(work: Work): void {
    const works = this.#byShard.get(work.to.shardNumber);
    if (works === undefined) this.#byShard.set(work.to.shardNumber, [work]);
    else works.push(work);
    this.#length += 1;
  }

  /** Takes what waits for a shard, in the order in which it came. */
  take(shard: number): readonly Work[] {
    const works = this.#byShard.get(shard) ?? [];
    this.#byShard.delete(shard);
    this.#length -= works.length;
    return works;
  }
}
