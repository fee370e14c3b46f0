import type { Clock } from "../ports/clock.ts";

/**
 * The time of a lane's decisions: the clock, made to never fall, whatever the machine's clock or an earlier owner did. Where it is
 * ahead of the clock it passes half as fast, until the clock has caught up: nothing lasts more than twice as long meanwhile.
 */
export class LaneTime {
  readonly #clock: Clock;
  /** With the halves that it does not tell. */
  #latestMs = 0;
  /** What the clock has said last. */
  #seenMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    const clockMs = this.#clock.nowMs();
    const passedMs = Math.max(clockMs - this.#seenMs, 0);
    this.#seenMs = clockMs;
    this.#latestMs = Math.max(this.#latestMs + passedMs / 2, clockMs);
    return Math.floor(this.#latestMs);
  }

  /** The machine's clock as it is: what clients' deadlines are held against, since they come from clocks like it. */
  clockMs(): number {
    return this.#clock.nowMs();
  }

  /** Goes on from a moment that the journal knows. */
  notBefore(atMs: number): void {
    this.#latestMs = Math.max(this.nowMs(), atMs);
  }
}
