const STATE_SCALE = 1 / 0x1_0000_0000;
const WARM_UP_DRAWS = 12;

/**
 * Chance that repeats exactly from its seed: sfc32 by Chris Doty-Humphrey (PractRand, https://pracrand.sourceforge.net),
 * which is fast in 32-bit arithmetic and whose streams are independent for different seeds.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  /** `stream` tells apart what has the same seed: an arrival's number, for example. */
  constructor(seed: number, stream = 0) {
    this.restart(seed, stream);
  }

  /** A seed of its own for each purpose of a run, so that what one part draws never moves what another one draws. */
  static seedFor(seed: number, purpose: string): number {
    return Bun.hash.xxHash32(`${seed}/${purpose}`);
  }

  /** Begins again with this seed and stream. */
  restart(seed: number, stream: number): void {
    this.#a = 0;
    this.#b = seed >>> 0;
    this.#c = stream >>> 0;
    this.#counter = 1;
    // Seeds that differ in one bit differ everywhere after so many draws (PractRand does the same).
    for (let draw = 0; draw < WARM_UP_DRAWS; draw += 1) this.#next();
  }

  /** From 0, included, to 1, excluded. */
  fraction(): number {
    return this.#next() * STATE_SCALE;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  /** Exponentially distributed: the time between two events of a Poisson process. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0;
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }
}
