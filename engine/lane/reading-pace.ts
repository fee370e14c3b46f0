import type { Clock } from "../ports/clock.ts";
import type { LaneLimits } from "./limits.ts";

type PaceLimits = Pick<LaneLimits, "readAheadSegments" | "readAheadEveryMs">;

/**
 * The pace at which a lane reads what it does not serve yet, however many shards that is at once. At full speed their events
 * would take a core for as long as there are any, and all that the lane serves would wait.
 */
export class ReadingPace {
  readonly #clock: Clock;
  readonly #limits: PaceLimits;
  readonly #waiting: { readonly segments: number; readonly go: () => void }[] = [];
  #spent = 0;

  constructor(clock: Clock, limits: PaceLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Resolves when so many more segments may be read, in the order in which this is asked. */
  turn(segments: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ segments, go });
      this.#next();
    });
  }

  #next(): void {
    const { readAheadSegments, readAheadEveryMs } = this.#limits;
    while (this.#spent < readAheadSegments) {
      const turn = this.#waiting.shift();
      if (turn === undefined) return;
      if (this.#spent === 0) this.#clock.after(readAheadEveryMs, () => this.#renew());
      this.#spent += turn.segments;
      turn.go();
    }
  }

  #renew(): void {
    this.#spent = 0;
    this.#next();
  }
}
