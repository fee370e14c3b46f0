import type { Clock } from "./clock.ts";

/**
 * A clock for durations: when the machine's clock is set back, it goes on from the latest time that it has told, so that nobody waits
 * longer by that. After it what it tells is no time of day any more.
 */
export class ForwardClock implements Clock {
  readonly #clock: Clock;
  #latestMs = Number.NEGATIVE_INFINITY;
  #setBackMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs(): number {
    const nowMs = this.#clock.nowMs();
    this.#setBackMs += Math.max(0, this.#latestMs - nowMs);
    this.#latestMs = nowMs;
    return nowMs + this.#setBackMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#clock.after(delayMs, task);
  }

  soon(task: () => void): void {
    this.#clock.soon(task);
  }
}
