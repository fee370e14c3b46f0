import type { Clock } from "../../engine/ports/clock.ts";
import { ForwardClock } from "../../engine/ports/forward-clock.ts";

/**
 * Keeps for a moment what is costly to make: whoever asks within it shares what the first has begun. A moment after, all of it is
 * forgotten, so that it holds, and makes, no more than `countMax` in a moment.
 */
export class BriefMemory<Made> {
  readonly #clock: Clock;
  readonly #momentMs: number;
  readonly #countMax: number;
  #made = new Map<string, Made>();
  #endsAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, momentMs: number, countMax: number) {
    this.#clock = new ForwardClock(clock);
    this.#momentMs = momentMs;
    this.#countMax = countMax;
  }

  /** What has this name, or what is made of it now; undefined when so much has been made already that this one has to wait. */
  get(name: string, make: () => Made): Made | undefined {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#endsAtMs) {
      this.#made = new Map();
      this.#endsAtMs = nowMs + this.#momentMs;
    }
    const found = this.#made.get(name);
    if (found !== undefined || this.#made.size >= this.#countMax) return found;
    const made = make();
    this.#made.set(name, made);
    return made;
  }
}
