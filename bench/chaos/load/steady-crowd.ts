import type { Problem } from "../../../gateway/protocol/messages.ts";
import { SteadyClient, type Company } from "./steady-client.ts";

/** Bought by everybody, and never sold out. */
export const HOT_SKU = "chaos-hot";
/** Sold out again and again. */
export const SCARCE_SKU = "chaos-scarce";

const SHOPPERS = 24;
const WATCHERS = 2;
/** Every so many shoppers watch their cart, and every so many stay with a shop that has been replaced. */
const CART_WATCHER_EVERY = 6;
const STRAGGLER_EVERY = 4;
const SCARCE_EVERY = 6;
const THINK_MS = 10;

/** What happens in the crowd. */
export interface CrowdEvents {
  /** An order was acknowledged whose checkout was begun at that moment, milliseconds since the epoch. */
  readonly acknowledged: (begunAtMs: number) => void;
  /** An answer that nobody should ever get. */
  readonly unexpected: (detail: string) => void;
}

/** Shoppers who buy as long as they are let, and people who only watch. */
export class SteadyCrowd {
  readonly #events: CrowdEvents;
  readonly #shoppers: readonly SteadyClient[];
  readonly #watchers: readonly SteadyClient[];
  #isShopping = false;
  #thinkMs = THINK_MS;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(company: Company, events: CrowdEvents) {
    this.#events = events;
    const named = (name: string, count: number): readonly SteadyClient[] =>
      Array.from({ length: count }, (_, index) => new SteadyClient(`${name}-${index}`, company));
    this.#shoppers = named("shopper", SHOPPERS);
    this.#watchers = named("watcher", WATCHERS);
  }

  async open(tenant: string): Promise<void> {
    await Promise.all([...this.#shoppers, ...this.#watchers].map((client) => client.open()));
    for (const watcher of this.#watchers) {
      for (const sku of [HOT_SKU, SCARCE_SKU]) watcher.watch(`sku/${sku}`, `${tenant}/inventory/${sku}`);
    }
    for (const [index, shopper] of this.#shoppers.entries())
      if (index % CART_WATCHER_EVERY === 0) shopper.watch("cart", shopper.cart);
  }

  /** Lets everybody shop. */
  start(): void {
    if (this.#isShopping) return;
    this.#isShopping = true;
    this.#busy = Promise.all(this.#shoppers.map((shopper, index) => this.#shop(shopper, index)));
  }

  /** Nobody thinks between two orders: every lane has a commit in flight and the next one filling. */
  rush(): void {
    this.#thinkMs = 0;
  }

  /** People think again. */
  calm(): void {
    this.#thinkMs = THINK_MS;
  }

  /** Resolves when everybody's last order has ended. */
  async rest(): Promise<void> {
    this.#isShopping = false;
    await this.#busy;
  }

  /** Most go where the shop is now; stragglers stay until their connection is closed. */
  move(): void {
    for (const [index, shopper] of this.#shoppers.entries())
      if (index % STRAGGLER_EVERY !== 0) shopper.leave();
    for (const watcher of this.#watchers) watcher.leave();
  }

  end(): void {
    for (const client of [...this.#shoppers, ...this.#watchers]) client.end();
  }

  async #shop(shopper: SteadyClient, index: number): Promise<void> {
    for (let turn = index; this.#isShopping; turn += 1) {
      await this.#buy(shopper, turn % SCARCE_EVERY === 0 ? SCARCE_SKU : HOT_SKU);
      await Bun.sleep(this.#thinkMs);
    }
  }

  async #buy(shopper: SteadyClient, sku: string): Promise<void> {
    const added = await shopper.ask({ op: "cart.add", command: "AddLine", values: { sku, quantity: 1 } });
    if (!added.ok) {
      if (added.problem.code !== "sold_out") this.#unexpected(shopper, added.problem);
      return;
    }
    const begunAtMs = Date.now();
    const bought = await shopper.ask({
      op: "checkout",
      command: "CheckOut",
      values: { paymentToken: "tok_ok" },
    });
    if (bought.ok) this.#events.acknowledged(begunAtMs);
    else this.#unexpected(shopper, bought.problem);
  }

  #unexpected(shopper: SteadyClient, { code, detail }: Problem): void {
    this.#events.unexpected(`${shopper.name} was told ${code}: ${detail}`);
  }
}
