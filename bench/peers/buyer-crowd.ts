import type { Tally } from "../flash-sale/tally.ts";
import type { Peer } from "./peer.ts";

/** How a crowd buys. */
export interface BuyerPlan {
  /** Buyers at the same time, each of whom begins again as soon as it is told the outcome. */
  readonly buyers: number;
  /** Makes the keys of this crowd its own. */
  readonly keyPrefix: string;
  /** Orders that may be begun; undefined for as many as there is time and stock for. */
  readonly attempts: number | undefined;
}

/** Buyers of a peer's product, in a closed loop as the shoppers of a flash sale. */
export class BuyerCrowd {
  readonly #peer: Peer;
  readonly #tally: Tally<string>;
  readonly #plan: BuyerPlan;
  #begun = 0;
  #attemptsLeft: number;

  constructor(peer: Peer, tally: Tally<string>, plan: BuyerPlan) {
    this.#peer = peer;
    this.#tally = tally;
    this.#plan = plan;
    this.#attemptsLeft = plan.attempts ?? Number.POSITIVE_INFINITY;
  }

  /** Everybody buys. Resolves when all have ended their last order. @throws what the peer throws, once all have. */
  async buy(): Promise<void> {
    const buyers = Array.from({ length: this.#plan.buyers }, () => this.#buyInTurn());
    const outcomes = await Promise.allSettled(buyers);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason as Error;
  }

  /** No order is begun any more. */
  stop(): void {
    this.#attemptsLeft = 0;
  }

  async #buyInTurn(): Promise<void> {
    try {
      while (this.#attemptsLeft > 0) {
        this.#attemptsLeft -= 1;
        this.#begun += 1;
        await this.#buyOne(`${this.#plan.keyPrefix}${this.#begun}`);
      }
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  async #buyOne(key: string): Promise<void> {
    const beganMs = performance.now();
    const held = await this.#peer.hold(key);
    const heldMs = performance.now();
    if (held === undefined) {
      this.#tally.refuse("sold_out");
      // Whoever may buy as long as there is stock has nothing left to do.
      if (this.#plan.attempts === undefined) this.stop();
      return;
    }
    this.#tally.time("cart.add", beganMs, heldMs);
    await this.#peer.checkOut(held);
    const endedMs = performance.now();
    this.#tally.time("checkout", heldMs, endedMs);
    this.#tally.confirm(key, beganMs, endedMs);
  }
}
