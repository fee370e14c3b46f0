import type { CartView } from "../cart/messages.ts";
import type { Sale } from "../inventory/messages.ts";
import { limits } from "../limits.ts";
import type { OrderView } from "../order/messages.ts";
import type { Generator } from "../../engine/contract/testing/generator.ts";
import { product, sale } from "./products.ts";
import type { TestBank } from "./test-bank.ts";
import type { Receipt, TestShop } from "./test-shop.ts";

const SKUS = ["MUG", "CUP", "TEA", "NONE"] as const;
const CARTS = ["c1", "c2", "c3", "c4", "c5"] as const;
const CUSTOMERS = { c1: "ann", c2: "ann", c3: "bob", c4: "cho", c5: "dee" } as const;

/** Most units per customer in every sale that {@link RandomShopper} makes, so that a test can check it. */
export const RANDOM_SALE_LIMIT = 3;

/** Does random things to a shop: what shoppers, operators, the network, the bank and time do. */
export class RandomShopper {
  /** Every command that was sent. */
  readonly receipts: Receipt[] = [];
  readonly #shop: TestShop;
  readonly #bank: TestBank;
  readonly #generator: Generator;
  #saleCount = 0;

  constructor(shop: TestShop, bank: TestBank, generator: Generator) {
    this.#shop = shop;
    this.#bank = bank;
    this.#generator = generator;
  }

  /** Lists the products and fills the shelves. */
  open(): void {
    for (const sku of SKUS.slice(0, 3)) {
      this.#list(sku);
      this.#send(this.#shop.send("inventory", sku, { type: "ReceiveStock", quantity: 12 }));
    }
  }

  /** One random thing. */
  act(): void {
    const generator = this.#generator;
    const dice = generator.below(100);
    if (dice < 30) this.#deliver(generator.between(1, 4));
    else if (dice < 40) this.#bank.answerOne();
    else if (dice < 80) this.#goShopping();
    else if (dice < 86) this.#returnLines();
    else if (dice < 92) this.#operate();
    else if (dice < 97) this.#passTime();
    else this.#reload();
  }

  #send(receipt: Receipt): void {
    this.receipts.push(receipt);
  }

  #deliver(count: number): void {
    for (let index = 0; index < count; index++) this.#shop.deliverOne();
  }

  #goShopping(): void {
    const generator = this.#generator;
    const cart = generator.pick(CARTS);
    const customer = generator.chance(2) ? "eve" : CUSTOMERS[cart];
    const dice = generator.below(100);
    const quantity = generator.chance(3) ? 0 : generator.between(1, 4);
    const line = this.#anyLine(cart);
    if (dice < 45)
      this.#send(
        this.#shop.send("cart", cart, { type: "AddLine", customer, sku: generator.pick(SKUS), quantity }),
      );
    else if (dice < 60) this.#send(this.#shop.send("cart", cart, { type: "ChangeQuantity", line, quantity }));
    else if (dice < 68) this.#send(this.#shop.send("cart", cart, { type: "RemoveLine", line }));
    else if (dice < 76) this.#send(this.#shop.send("cart", cart, { type: "ExtendLine", line }));
    else this.#send(this.#shop.send("cart", cart, { type: "CheckOut", customer, paymentToken: "tok" }));
  }

  #anyLine(cart: string): number {
    const { lines } = this.#shop.view("cart", cart) as CartView;
    return lines[this.#generator.below(lines.length + 1)]?.line ?? this.#generator.between(1, 9);
  }

  #returnLines(): void {
    const orders = this.#shop.ids("order");
    const id = orders[this.#generator.below(Math.max(1, orders.length))];
    if (id === undefined) return;
    const view = this.#shop.view("order", id) as OrderView | undefined;
    const lines = (view?.lines ?? [])
      .filter(() => this.#generator.chance(60))
      .map(({ line }) => ({ line, quantity: this.#generator.between(1, 2) }));
    this.#send(this.#shop.send("order", id, { type: "ReturnLines", lines, reason: "broken" }));
  }

  #operate(): void {
    const generator = this.#generator;
    const sku = generator.pick(SKUS);
    const dice = generator.below(5);
    if (dice > 2) this.#runSale(sku);
    else if (dice === 0) this.#list(generator.pick(["MUG", "CUP", "TEA"]));
    else if (dice === 1)
      this.#send(
        this.#shop.send("inventory", sku, { type: "ReceiveStock", quantity: generator.between(1, 6) }),
      );
    else {
      const quantity = generator.between(-4, 2);
      this.#send(this.#shop.send("inventory", sku, { type: "AdjustStock", quantity, reason: "count" }));
    }
  }

  #runSale(sku: string): void {
    const generator = this.#generator;
    const saleId = `sale-${generator.between(Math.max(0, this.#saleCount - 1), this.#saleCount)}`;
    const unitPriceMinor = generator.pick([0, 255, 1200]);
    const dice = generator.below(100);
    if (dice < 20) this.#send(this.#shop.send("inventory", sku, { type: "PauseSelling", reason: "count" }));
    else if (dice < 65) this.#send(this.#shop.send("inventory", sku, { type: "ResumeSelling" }));
    else if (dice < 80)
      this.#send(this.#shop.send("inventory", sku, { type: "ChangeSalePrice", saleId, unitPriceMinor }));
    else if (dice < 90) this.#send(this.#shop.send("inventory", sku, { type: "EndSale", saleId }));
    else {
      const terms =
        this.#anySale() ?? sale(this.#shop.nowMs, { id: saleId, limitPerCustomer: RANDOM_SALE_LIMIT });
      this.#send(this.#shop.send("inventory", sku, { type: "SetSale", sale: terms }));
    }
  }

  #list(sku: string): void {
    const unitPriceMinor = this.#generator.pick([0, 255, 1200, 99_999]);
    const terms = product({ unitPriceMinor, sale: this.#anySale() });
    this.#send(this.#shop.send("inventory", sku, { type: "ListProduct", product: terms }));
  }

  #anySale(): Sale | null {
    if (this.#generator.chance(40)) return null;
    if (this.#generator.chance(70)) this.#saleCount += 1;
    const startsAtMs = this.#shop.nowMs + this.#generator.between(-60_000, 60_000);
    const endsAtMs = startsAtMs + this.#generator.between(1_000, 2 * limits.holdTtlMs);
    const limitPerCustomer = this.#generator.chance(80) ? RANDOM_SALE_LIMIT : null;
    return sale(startsAtMs, { id: `sale-${this.#saleCount}`, endsAtMs, limitPerCustomer });
  }

  #passTime(): void {
    const generator = this.#generator;
    this.#shop.nowMs += generator.pick([
      1,
      1_000,
      limits.orderSettleMs,
      // As long as a secured hold lasts, nearly: orders then come too late.
      limits.lastAttemptMs - 1_000,
      limits.holdTtlMs / 2,
      limits.holdTtlMs,
    ]);
    // The engine's wake-up may be late.
    if (generator.chance(70)) this.#shop.wakeDue();
  }

  #reload(): void {
    const kind = this.#generator.pick(["inventory", "cart", "order"] as const);
    const ids = this.#shop.ids(kind);
    const id = ids[this.#generator.below(Math.max(1, ids.length))];
    if (id !== undefined) this.#shop.reload(kind, id);
  }
}
