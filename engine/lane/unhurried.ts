import type { Batch } from "./batch.ts";
import type { CallAnswerWork } from "./work.ts";

/**
 * Answers of the world outside that nobody waits for. They are decided together with whatever happens next in their
 * shard, so that they need no row of the journal to themselves; after a moment without any they are work like all other.
 */
export class Unhurried {
  readonly #byShard = new Map<number, CallAnswerWork[]>();

  /** Keeps an answer until {@link joining} or {@link drain} gives it back. */
  add(work: CallAnswerWork): void {
    const works = this.#byShard.get(work.to.shardNumber);
    if (works === undefined) this.#byShard.set(work.to.shardNumber, [work]);
    else works.push(work);
  }

  /** Takes the answers whose shards have something to store in this batch anyway. */
  joining(batch: Batch): readonly CallAnswerWork[] {
    const joining: CallAnswerWork[] = [];
    if (this.#byShard.size === 0) return joining;
    for (const draft of batch.drafts) {
      const { number } = draft.shard;
      const works = this.#byShard.get(number);
      if (works === undefined) continue;
      joining.push(...works);
      this.#byShard.delete(number);
    }
    return joining;
  }

  /** Forgets the answers for these shards: whoever has them makes the calls again. */
  remove(shards: ReadonlySet<number>): void {
    for (const shard of shards) this.#byShard.delete(shard);
  }

  /** Takes all. */
  drain(): readonly CallAnswerWork[] {
    const works = Array.from(this.#byShard.values()).flat();
    this.#byShard.clear();
    return works;
  }
}
