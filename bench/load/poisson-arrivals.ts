import type { Random } from "./random.ts";

/** A stretch of time in which the rate runs evenly from one value to another, arrivals per second. */
export interface RateStretch {
  readonly seconds: number;
  readonly fromRate: number;
  readonly toRate: number;
}

/**
 * The times of a Poisson process whose rate changes over time, one after the other.
 *
 * Made by inversion: events of a process with rate 1 are moved to where the integral of the rate has their time (Çinlar,
 * Introduction to Stochastic Processes, 1975, section 4.7). Exact, one draw per arrival, whatever the rates.
 */
export class PoissonArrivals {
  readonly #stretches: readonly RateStretch[];
  readonly #random: Random;
  #index = 0;
  /** Arrivals that are expected from the start of the stretch to the last arrival. */
  #expectedBefore = 0;
  #stretchStartSeconds = 0;

  constructor(stretches: readonly RateStretch[], random: Random) {
    this.#stretches = stretches;
    this.#random = random;
  }

  /** When the next one arrives, milliseconds from the start; undefined when none does any more. */
  next(): number | undefined {
    this.#expectedBefore += this.#random.exponential(1);
    for (;;) {
      const stretch = this.#stretches[this.#index];
      if (stretch === undefined) return undefined;
      const expected = expectedIn(stretch);
      if (this.#expectedBefore < expected)
        return (this.#stretchStartSeconds + secondsUntil(stretch, this.#expectedBefore)) * 1_000;
      this.#expectedBefore -= expected;
      this.#stretchStartSeconds += stretch.seconds;
      this.#index += 1;
    }
  }
}

/** Arrivals that are expected in a whole stretch. */
function expectedIn({ seconds, fromRate, toRate }: RateStretch): number {
  return ((fromRate + toRate) / 2) * seconds;
}

/** Where in the stretch so many arrivals are expected: solves `from·t + slope·t²/2 = expected` without cancellation. */
function secondsUntil({ seconds, fromRate, toRate }: RateStretch, expected: number): number {
  const slope = (toRate - fromRate) / seconds;
  const root = Math.sqrt(Math.max(fromRate * fromRate + 2 * slope * expected, 0));
  return Math.min((2 * expected) / (fromRate + root), seconds);
}
