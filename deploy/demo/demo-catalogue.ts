import type { ProductTerms } from "../../gateway/protocol/messages.ts";
import { midnightDrop } from "./midnight-drop.ts";
import products from "./products.json" with { type: "json" };

/** One product of the demo shop, and how much of it is on the shelf when the shop opens. */
export interface DemoProduct {
  readonly sku: string;
  readonly product: Required<ProductTerms>;
  readonly openingStock: number;
}

const CURRENCY = "GBP";

// The standard British rate; the prices of the demo include it.
const TAX_BASIS_POINTS = 2_000;

/** The demo shop's products; their one sale starts at `nowMs`, the moment the shop is made. */
export function demoCatalogue(nowMs: number): readonly DemoProduct[] {
  return products.map(({ sku, title, description, category, unitPriceMinor, openingStock, ...more }) => ({
    sku,
    openingStock,
    product: {
      title,
      description,
      category,
      unitPriceMinor,
      currency: CURRENCY,
      taxBasisPoints: TAX_BASIS_POINTS,
      sale: more.saleUnitPriceMinor === undefined ? null : midnightDrop(more.saleUnitPriceMinor, nowMs),
    },
  }));
}
