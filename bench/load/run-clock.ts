import type { Arrival, ArrivalSource } from "./arrival-source.ts";

/** What the clock of a run tells. */
export interface RunClockEvents {
  /** `dueMs` and `nowMs` by `performance.now()`. */
  arrived(arrival: Arrival, dueMs: number, nowMs: number): void;
  /** A second is over: whatever happens from now on belongs to the next one. */
  secondPassed(nowMs: number): void;
}

const SECOND_MS = 1_000;

/**
 * Arrivals and seconds of a run, each in its turn. It is looked at whenever something happens, so that a busy process does
 * not keep arrivals waiting for a timer; a timer is set for when nothing does.
 */
export class RunClock {
  readonly #next: ArrivalSource;
  readonly #events: RunClockEvents;
  #startMs = 0;
  #arrival: Arrival | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #secondEndsMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(arrivals: ArrivalSource, events: RunClockEvents) {
    this.#next = arrivals;
    this.#events = events;
  }

  /** Begins the run at this time by `performance.now()`, which may be yet to come. */
  begin(startMs: number): void {
    this.#startMs = startMs;
    this.#secondEndsMs = startMs + SECOND_MS;
    this.#draw();
    this.#setTimer(performance.now());
  }

  /** Nobody arrives any more; seconds go on. */
  stopArrivals(): void {
    this.#arrival = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  /** A second begins now, in place of the one that passes. */
  beginSecond(nowMs: number): void {
    this.#secondEndsMs = nowMs + SECOND_MS;
  }

  /** Nothing is told any more. */
  stop(): void {
    this.stopArrivals();
    this.#secondEndsMs = Number.POSITIVE_INFINITY;
    clearTimeout(this.#timer);
  }

  /** Tells of everything that is due by now, in order. */
  passed(nowMs: number): void {
    while (nowMs >= this.#dueMs || nowMs >= this.#secondEndsMs) {
      if (this.#dueMs < this.#secondEndsMs) {
        const arrival = this.#arrival;
        const dueMs = this.#dueMs;
        this.#draw();
        if (arrival !== undefined) this.#events.arrived(arrival, dueMs, nowMs);
      } else {
        this.#secondEndsMs += SECOND_MS;
        this.#events.secondPassed(nowMs);
      }
    }
  }

  #draw(): void {
    this.#arrival = this.#next();
    this.#dueMs = this.#arrival === undefined ? Number.POSITIVE_INFINITY : this.#startMs + this.#arrival.atMs;
  }

  #setTimer(nowMs: number): void {
    const untilMs = Math.min(this.#dueMs, this.#secondEndsMs);
    if (untilMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        const laterMs = performance.now();
        this.passed(laterMs);
        this.#setTimer(laterMs);
      },
      Math.max(untilMs - nowMs, 0),
    );
  }
}
