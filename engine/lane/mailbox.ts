import type { Work } from "./work.ts";

/**
 * What waits to be decided, in order of arrival; work that waited for its actor goes first.
 *
 * A client's command is refused when the mailbox is full. Messages and answers are bounded by their senders' windows.
 */
export class Mailbox {
  readonly #lengthMax: number;
  #resumed: Work[] = [];
  #waiting: Work[] = [];
  #next = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  get length(): number {
    return this.#resumed.length + this.#waiting.length - this.#next;
  }

  get full(): boolean {
    return this.length >= this.#lengthMax;
  }

  add(work: Work): void {
    this.#waiting.push(work);
  }

  /** Puts work that has waited already before all other. */
  resume(works: readonly Work[]): void {
    this.#resumed = [...works, ...this.#resumed];
  }

  take(): Work | undefined {
    if (this.#resumed.length > 0) return this.#resumed.shift();
    const work = this.#waiting[this.#next];
    if (work === undefined) return undefined;
    this.#next += 1;
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    return work;
  }

  /** Takes everything. */
  drain(): readonly Work[] {
    const all = [...this.#resumed, ...this.#waiting.slice(this.#next)];
    this.#resumed = [];
    this.#waiting = [];
    this.#next = 0;
    return all;
  }
}
