import type { Product, Sale } from "../inventory/messages.ts";
import type { TestShop } from "./test-shop.ts";

/** A product for tests: 12.00 GBP with 20 % tax, no sale. */
export function product(terms: Partial<Product> = {}): Product {
  return {
    title: "Mug",
    description: "A mug.",
    category: "kitchen",
    unitPriceMinor: 1200,
    currency: "GBP",
    taxBasisPoints: 2000,
    sale: null,
    ...terms,
  };
}

/** A sale for tests: half price for an hour from `startsAtMs`, no limit. */
export function sale(startsAtMs: number, terms: Partial<Sale> = {}): Sale {
  return {
    id: "drop-1",
    title: "The drop",
    unitPriceMinor: 600,
    startsAtMs,
    endsAtMs: startsAtMs + 3_600_000,
    limitPerCustomer: null,
    ...terms,
  };
}

/** Lists a product and puts units on its shelf. */
export function stock(shop: TestShop, sku: string, quantity: number, terms: Partial<Product> = {}): void {
  shop.ask("inventory", sku, { type: "ListProduct", product: product(terms) });
  if (quantity > 0) shop.ask("inventory", sku, { type: "ReceiveStock", quantity });
}
