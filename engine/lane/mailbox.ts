import type { Work } from "./work.ts";

/**
 * What waits to be decided, in order of arrival; work that waited for its actor goes first.
 *
 * Clients' work is refused when the mailbox is full. What the lane owes to others (messages, answers, wake-ups) has as
 * much room again, so that a crowd of clients does not hold up what has been begun.
 */
export class Mailbox {
  readonly #lengthMax: number;
  #resumed: readonly Work[] = [];
  #resumedNext = 0;
  #waiting: Work[] = [];
  #waitingNext = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  get length(): number {
    return this.#resumed.length - this.#resumedNext + this.#waiting.length - this.#waitingNext;
  }

  /** No room for clients' work. */
  get full(): boolean {
    return this.length >= this.#lengthMax;
  }

  /** No room for messages either; their senders repeat them. */
  get overfull(): boolean {
    return this.length >= this.#lengthMax * 2;
  }

  add(work: Work): void {
    this.#waiting.push(work);
  }

  /** Puts work that has waited already before all other. */
  resume(works: readonly Work[]): void {
    if (works.length === 0) return;
    this.#resumed = [...works, ...this.#resumed.slice(this.#resumedNext)];
    this.#resumedNext = 0;
  }

  take(): Work | undefined {
    return this.#takeResumed() ?? this.#takeWaiting();
  }

  /** Takes what is meant out of the middle, in its order. */
  remove(isMeant: (work: Work) => boolean): readonly Work[] {
    const removed: Work[] = [];
    const stay: Work[] = [];
    const resumed = this.#resumed.slice(this.#resumedNext);
    for (const work of resumed) (isMeant(work) ? removed : stay).push(work);
    this.#resumed = stay;
    this.#resumedNext = 0;
    const waiting = this.#waiting.slice(this.#waitingNext);
    for (const work of waiting) if (isMeant(work)) removed.push(work);
    this.#waiting = waiting.filter((work) => !isMeant(work));
    this.#waitingNext = 0;
    return removed;
  }

  /** Takes everything. */
  drain(): readonly Work[] {
    const all = [...this.#resumed.slice(this.#resumedNext), ...this.#waiting.slice(this.#waitingNext)];
    this.#resumed = [];
    this.#resumedNext = 0;
    this.#waiting = [];
    this.#waitingNext = 0;
    return all;
  }

  #takeResumed(): Work | undefined {
    const work = this.#resumed[this.#resumedNext];
    if (work === undefined) return undefined;
    this.#resumedNext += 1;
    if (this.#resumedNext === this.#resumed.length) {
      this.#resumed = [];
      this.#resumedNext = 0;
    }
    return work;
  }

  #takeWaiting(): Work | undefined {
    const work = this.#waiting[this.#waitingNext];
    if (work === undefined) return undefined;
    this.#waitingNext += 1;
    if (this.#waitingNext === this.#waiting.length) {
      this.#waiting = [];
      this.#waitingNext = 0;
    } else if (this.#waitingNext === COMPACT_AT) {
      // A mailbox that never runs empty would otherwise keep all that it ever held.
      this.#waiting = this.#waiting.slice(this.#waitingNext);
      this.#waitingNext = 0;
    }
    return work;
  }
}

const COMPACT_AT = 8_192;
