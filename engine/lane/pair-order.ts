import { pairName, receiverOf } from "./shard-pair.ts";
import type { MessageWork } from "./work.ts";

/** Messages of one pair of shards that wait behind an earlier one. */
interface Blocked {
  readonly works: MessageWork[];
  /** Number of the last message that waits, the one that holds them up included. */
  lastNumber: number;
}

/** Keeps the order of what one shard has to say to another while its first message waits. */
export class PairOrder {
  readonly #blocked = new Map<number, Blocked>();
  #length = 0;

  /** Messages that wait behind others. */
  get length(): number {
    return this.#length;
  }

  /** The pair of this message waits with it. */
  block(first: MessageWork): void {
    this.#blocked.set(pairOf(first), { works: [], lastNumber: first.number });
  }

  /** Whether this message's pair waits. */
  isBlocked(work: MessageWork): boolean {
    return this.#blocked.size > 0 && this.#blocked.has(pairOf(work));
  }

  /** Keeps a message of a pair that waits. */
  keep(work: MessageWork): void {
    const blocked = this.#blocked.get(pairOf(work));
    // Its sender repeats what waits here: once is enough.
    if (blocked === undefined || work.number <= blocked.lastNumber) return;
    blocked.works.push(work);
    blocked.lastNumber = work.number;
    this.#length += 1;
  }

  /** The pair waits no longer. Returns what has waited behind its first message. */
  release(first: MessageWork): readonly MessageWork[] {
    return this.#take(pairOf(first));
  }

  /** Gives back all that waits behind others, or what does in these shards. */
  remove(shards?: ReadonlySet<number>): readonly MessageWork[] {
    const pairs = [...this.#blocked.keys()].filter((pair) => shards?.has(receiverOf(pair)) ?? true);
    return pairs.flatMap((pair) => this.#take(pair));
  }

  #take(pair: number): readonly MessageWork[] {
    const works = this.#blocked.get(pair)?.works ?? [];
    this.#blocked.delete(pair);
    this.#length -= works.length;
    return works;
  }
}

function pairOf({ fromShard, to }: MessageWork): number {
  return pairName(fromShard, to.shardNumber);
}
