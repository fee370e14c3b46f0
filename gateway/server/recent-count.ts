/** Counts what happens within a time that begins anew: a socket may be open for days, and what was long ago is forgiven. */
export class RecentCount {
  readonly #withinMs: number;
  #count = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** Counts one more, and tells how many there have been. */
  add(nowMs: number): number {
    // Either way: the clock may be set back.
    if (Math.abs(nowMs - this.#sinceMs) > this.#withinMs) {
      this.#count = 0;
      this.#sinceMs = nowMs;
    }
    this.#count += 1;
    return this.#count;
  }
}
