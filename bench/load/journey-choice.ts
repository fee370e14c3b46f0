import type { Journey } from "../scenario/scenario.ts";
import type { Random } from "./random.ts";

/** Draws what a visitor comes for, by the weights of the journeys. */
export class JourneyChoice {
  readonly #journeys: readonly Journey[];
  readonly #random: Random;
  readonly #weightSum: number;

  constructor(journeys: readonly Journey[], random: Random) {
    this.#journeys = journeys;
    this.#random = random;
    this.#weightSum = journeys.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** The journey of the next visitor. */
  next(): Journey {
    let left = this.#random.fraction() * this.#weightSum;
    for (const journey of this.#journeys) {
      left -= journey.weight;
      if (left < 0) return journey;
    }
    const last = this.#journeys.at(-1);
    if (last === undefined) throw new Error("a scenario has at least one journey");
    return last;
  }
}
