import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";

const LOOK_MS = 200;
const SECOND_MS = 1_000;

/** The server's time as a signal that changes once a second, at the second. */
export class ShopClock {
  readonly #nowMs: ReturnType<typeof signal<number>>;
  readonly #read: () => number;
  readonly #timer: ReturnType<typeof setInterval>;

  /** `startMs`: what it tells first, until it looks. */
  constructor(read: () => number, startMs = read()) {
    this.#read = read;
    this.#nowMs = signal(wholeSecond(startMs));
    this.#timer = setInterval(() => this.tick(), LOOK_MS);
  }

  /** Milliseconds since the Unix epoch, at a whole second. */
  get nowMs(): ReadonlySignal<number> {
    return this.#nowMs as ReadonlySignal<number>;
  }

  tick(): void {
    this.#nowMs.value = wholeSecond(this.#read());
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function wholeSecond(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS;
}
