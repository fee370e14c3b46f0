import type { SaleTerms } from "../../../gateway/protocol/messages.ts";
import type { SaleProduct } from "../sale-product.ts";

/** Now, for tests. */
export const NOW_MS = Date.UTC(2026, 10, 27, 18);

/** A sale that began an hour ago and goes on for another. */
export function sampleSale(terms: Partial<SaleTerms> = {}): SaleTerms {
  return {
    id: "friday",
    title: "Friday drop",
    unitPriceMinor: 990,
    startsAtMs: NOW_MS - 3_600_000,
    endsAtMs: NOW_MS + 3_600_000,
    limitPerCustomer: 2,
    ...terms,
  };
}

/** A product that costs 12.50 EUR, of which 8 are on hand and 2 held. */
export function sampleProduct(sku: string, terms: Partial<SaleProduct> = {}): SaleProduct {
  return {
    sku,
    title: sku,
    category: "kitchen",
    currency: "EUR",
    unitPriceMinor: 1_250,
    sale: null,
    pause: null,
    onHand: 8,
    available: 6,
    held: 2,
    sold: 1,
    ...terms,
  };
}
