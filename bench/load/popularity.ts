import type { Random } from "./random.ts";

// Draws that find only products already taken before the most popular free one is taken instead.
const DRAWS_MAX = 64;

/**
 * Which product somebody wants: product `rank` (from 0) with a probability proportional to `1 / (rank + 1) ** exponent`
 * (Zipf's law). Drawn by inversion from the exact cumulative distribution.
 */
export class Popularity {
  readonly #cumulative: Float64Array;

  /** `exponent` 0 makes all `count` products equally popular. */
  constructor(count: number, exponent: number) {
    this.#cumulative = new Float64Array(count);
    let sum = 0;
    for (let rank = 0; rank < count; rank += 1) {
      sum += (rank + 1) ** -exponent;
      this.#cumulative[rank] = sum;
    }
  }

  /** The rank of a product, 0 for the most popular one. */
  pick(random: Random): number {
    const cumulative = this.#cumulative;
    const wanted = random.fraction() * (cumulative[cumulative.length - 1] ?? 0);
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The rank of a product that is none of `taken`, of which there are fewer than products. */
  pickOther(random: Random, taken: readonly number[]): number {
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const rank = this.pick(random);
      if (!taken.includes(rank)) return rank;
    }
    let rank = 0;
    while (taken.includes(rank)) rank += 1;
    return rank;
  }
}
