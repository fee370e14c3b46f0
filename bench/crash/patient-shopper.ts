import { StampedeClient } from "../../gateway/client/client.ts";
import { newKey } from "../../gateway/client/options.ts";
import type { Problem } from "../../gateway/protocol/messages.ts";
import type { Result } from "../../gateway/client/result.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";

/** Longest time a shopper waits for one answer, crash and restart of the shop included, milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * A shopper with the shop's own client, which comes back after a loss of its connection and repeats what was not answered,
 * with the same key. Every order it begins has an end that it knows.
 */
export class PatientShopper {
  readonly acknowledged: Acknowledgement[] = [];
  /** Refusals, and answers that never came. */
  readonly problems: Problem[] = [];
  readonly #client: StampedeClient;
  #isShopping = true;

  private constructor(client: StampedeClient) {
    this.#client = client;
  }

  static async connect(url: string): Promise<PatientShopper> {
    return new PatientShopper(
      await StampedeClient.connect({ url, patienceMs: PATIENCE_MS, attemptsMax: 100 }),
    );
  }

  /** Buys one unit after the other until {@link PatientShopper.leave} is called. */
  async shop(sku: string): Promise<void> {
    while (this.#isShopping) {
      const added = await this.#client.add({ sku, quantity: 1 });
      if (!this.#keep(added)) continue;
      const key = newKey();
      const bought = await this.#client.checkOut({ paymentToken: "tok_ok" }, { key });
      if (this.#keep(bought)) this.acknowledged.push({ key, reply: bought.value });
    }
    this.#client.close();
  }

  /** Lets the shopper finish the order it is at. */
  leave(): void {
    this.#isShopping = false;
  }

  #keep<T>(result: Result<T>): result is Extract<Result<T>, { readonly ok: true }> {
    if (!result.ok) {
      this.problems.push(result.problem);
      this.#isShopping = false;
    }
    return result.ok;
  }
}
