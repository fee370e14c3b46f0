import type { Clock } from "../ports/clock.ts";

/** The time of a lane's decisions: the clock, made to never fall, whatever the machine's clock or an earlier owner did. */
export class LaneTime {
  readonly #clock: Clock;
  #latestMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    this.#latestMs = Math.max(this.#latestMs, this.#clock.nowMs());
    return this.#latestMs;
  }

  /** The machine's clock as it is: what clients' deadlines are held against, since they come from clocks like it. */
  clockMs(): number {
    return this.#clock.nowMs();
  }

  /** Goes on from a moment that the journal knows. */
  notBefore(atMs: number): void {
    this.#latestMs = Math.max(this.#latestMs, atMs);
  }
}
