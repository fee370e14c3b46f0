import type { RetailProduct } from "../../bench/retail/retail-catalogue.ts";
import { RETAIL_CURRENCY } from "../../bench/retail/retail-row.ts";
import type { CatalogueItem } from "./catalogue-item.ts";

/** The products of the retail file as a catalogue; each with the stock that the file sells. */
export function retailItems(products: readonly RetailProduct[]): readonly CatalogueItem[] {
  return products.map(({ sku, title, unitPriceMinor, unitsSold }) => ({
    sku,
    stock: unitsSold,
    terms: {
      title,
      description: "",
      category: "",
      unitPriceMinor,
      currency: RETAIL_CURRENCY,
      // The file does not tell the tax that its prices include.
      taxBasisPoints: 0,
    },
  }));
}
