import type { SentMessage } from "../contract/segment.ts";

/** Messages of one shard for one other shard. */
interface Pair {
  /** Highest number given out. */
  number: number;
  /** Highest number whose segment is durable. */
  durable: number;
  /** Highest number on its way. */
  underway: number;
  /** Messages that are not known to be delivered, ascending. */
  readonly pending: SentMessage[];
  progressAtMs: number;
}

/**
 * Messages of one shard to others: numbered without gaps per target, sent once durable, kept until the target has made
 * their effect durable, sent again when that takes too long. The target drops what it has seen.
 */
export class Outbox {
  readonly #pairs = new Map<number, Pair>();
  #length = 0;

  /** Messages that are not known to be delivered. */
  get length(): number {
    return this.#length;
  }

  /** Whether a message to `toShard` must queue behind an earlier one. */
  hasPending(toShard: number): boolean {
    if (this.#length === 0) return false;
    return (this.#pairs.get(toShard)?.pending.length ?? 0) > 0;
  }

  add(message: Omit<SentMessage, "number">): SentMessage {
    const pair = this.#pair(message.toShard);
    pair.number += 1;
    const numbered: SentMessage = { ...message, number: pair.number };
    pair.pending.push(numbered);
    this.#length += 1;
    return numbered;
  }

  /** Puts a message of the journal or of a checkpoint back; it is durable. */
  restore(message: SentMessage): void {
    const pair = this.#pair(message.toShard);
    pair.number = message.number;
    pair.durable = message.number;
    pair.pending.push(message);
    this.#length += 1;
  }

  restoreNumber(toShard: number, number: number): void {
    const pair = this.#pair(toShard);
    pair.number = number;
    pair.durable = number;
  }

  /** The segments of all messages so far given out to `toShard`, up to `number`, are durable. */
  markDurable(toShard: number, number: number): void {
    this.#pair(toShard).durable = number;
  }

  /** Forgets what `toShard` has made durable. Returns whether that was news. */
  delivered(toShard: number, number: number, nowMs: number): boolean {
    const pair = this.#pair(toShard);
    let count = 0;
    while (count < pair.pending.length && (pair.pending[count] as SentMessage).number <= number) count += 1;
    if (count === 0) return false;
    pair.pending.splice(0, count);
    this.#length -= count;
    pair.underway = Math.max(pair.underway, number);
    pair.progressAtMs = nowMs;
    return true;
  }

  /** Takes the next messages to `toShard` that are durable and fit into the window. */
  takeSendable(toShard: number, window: number, nowMs: number): readonly SentMessage[] {
    const pair = this.#pair(toShard);
    const first = pair.pending[0];
    if (first === undefined) return [];
    const last = Math.min(pair.durable, first.number + window - 1);
    if (last <= pair.underway) return [];
    const from = Math.max(pair.underway + 1 - first.number, 0);
    const sendable = pair.pending.slice(from, last + 1 - first.number);
    if (pair.underway < first.number) pair.progressAtMs = nowMs;
    pair.underway = last;
    return sendable;
  }

  /** Targets whose oldest message has waited longer than `afterMs`; what was underway to them counts as not sent. */
  takeStalled(afterMs: number, nowMs: number): readonly number[] {
    const stalled: number[] = [];
    for (const [toShard, pair] of this.#pairs) {
      const first = pair.pending[0];
      if (first === undefined || first.number > pair.durable) continue;
      const waitedMs = nowMs - pair.progressAtMs;
      // A clock that was set back does not say how long it has been: what arrives twice is dropped.
      if (waitedMs >= 0 && waitedMs < afterMs) continue;
      pair.underway = first.number - 1;
      stalled.push(toShard);
    }
    return stalled;
  }

  /** What is on its way to `toShard` counts as not sent. Returns whether there is any. */
  takeBack(toShard: number): boolean {
    const pair = this.#pairs.get(toShard);
    const first = pair?.pending[0];
    if (pair === undefined || first === undefined || pair.underway < first.number) return false;
    pair.underway = first.number - 1;
    return true;
  }

  targets(): Iterable<number> {
    return this.#pairs.keys();
  }

  pending(): readonly SentMessage[] {
    return Array.from(this.#pairs.values()).flatMap((pair) => pair.pending);
  }

  numbers(): readonly (readonly [shard: number, number: number])[] {
    return Array.from(this.#pairs, ([toShard, pair]) => [toShard, pair.number] as const);
  }

  #pair(toShard: number): Pair {
    let pair = this.#pairs.get(toShard);
    if (pair === undefined) {
      pair = { number: 0, durable: 0, underway: 0, pending: [], progressAtMs: 0 };
      this.#pairs.set(toShard, pair);
    }
    return pair;
  }
}
