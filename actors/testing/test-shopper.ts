import { assert } from "../../engine/contract/assert.ts";
import type { Outcome } from "../../engine/contract/outcome.ts";
import { stock } from "./products.ts";
import type { Verdict } from "./test-bank.ts";
import { TestBank } from "./test-bank.ts";
import type { Receipt } from "./test-shop.ts";
import { TestShop } from "./test-shop.ts";

/** Ann with her cart `c1`, in a shop that has 5 of MUG (12.00 GBP) and 5 of CUP (2.55 GBP). */
export class TestShopper {
  readonly shop = new TestShop();
  readonly bank = new TestBank(this.shop, () => this.verdict);
  /** What the bank will say next. */
  verdict: Verdict = "authorised";

  constructor() {
    stock(this.shop, "MUG", 5);
    stock(this.shop, "CUP", 5, { unitPriceMinor: 255 });
  }

  /** Adds a line and delivers everything. */
  add(sku: string, quantity: number): Outcome | undefined {
    return this.shop.ask("cart", "c1", { type: "AddLine", customer: "ann", sku, quantity });
  }

  /** Sends a checkout and delivers nothing. */
  beginCheckOut(): Receipt {
    return this.shop.send("cart", "c1", { type: "CheckOut", customer: "ann", paymentToken: "tok_ok" });
  }

  /** Checks out, with all that follows. */
  checkOut(): Outcome | undefined {
    const receipt = this.beginCheckOut();
    this.bank.settleAll();
    return this.shop.outcomeOf(receipt);
  }

  /** Delivers until the call of that type waits for its answer. */
  deliverUntilCalled(type: string): void {
    while (!this.openCalls().includes(type))
      assert(this.shop.deliverOne(), `waited for the call ${type}, but nothing is left to deliver`);
  }

  /** Types of the calls that wait for an answer. */
  openCalls(): string[] {
    return this.shop.calls.map(({ request }) => request.type);
  }
}
