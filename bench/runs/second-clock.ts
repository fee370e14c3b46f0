const MS_PER_SECOND = 1_000;

/** Told at the boundary of two seconds; `atSeconds` is the time since the start that it really is. */
export type Tick = (second: number, atSeconds: number) => void;

/**
 * Ticks at the start of every second of a run. When it begins is told by the machine's clock, so that all its processes mean the
 * same seconds; these pass by a clock that nobody sets.
 */
export class SecondClock {
  readonly #startMs: number;
  readonly #tick: Tick;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Second 0 begins at `startAtMs`, milliseconds since 1970, now or soon. */
  constructor(startAtMs: number, tick: Tick) {
    this.#startMs = performance.now() + startAtMs - Date.now();
    this.#tick = tick;
    this.#wait(0);
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#startMs) / MS_PER_SECOND;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(second: number): void {
    const waitMs = Math.max(0, this.#startMs + second * MS_PER_SECOND - performance.now());
    this.#timer = setTimeout(() => {
      const { seconds } = this;
      // A timer may come a little early, and after a pause of this process late by seconds.
      const reached = Math.max(second, Math.floor(seconds));
      this.#tick(reached, seconds);
      this.#wait(reached + 1);
    }, waitMs);
  }
}
