import type { CatalogueEntryView } from "../../protocol/views.ts";
import { shopLink, BROWSE_ALL } from "../model/catalogue-address.ts";
import { decimalPrice } from "../model/money.ts";
import { offerIn, salePhase } from "../model/offer.ts";

/** Data for machines in the words of schema.org (JSON-LD 1.1). */
export type StructuredData = Readonly<Record<string, unknown>>;

/** Whose page it is: what the shop is called, and where it is. */
export interface NamedShop {
  readonly name: string;
  readonly origin: string;
}

/** A product with its offer, as it is at `nowMs` in a shop. */
export function productData(entry: CatalogueEntryView, shop: NamedShop, nowMs: number): StructuredData {
  const { description, category } = entry;
  return {
    "@context": "https://schema.org",
    ...product(entry, shop, nowMs),
    ...(description === "" ? {} : { description }),
    ...(category === "" ? {} : { category }),
  };
}

/** Products of a list, in its order, with what a list shows of them. `before`: how many come before them. */
export function listData(
  entries: readonly CatalogueEntryView[],
  before: number,
  shop: NamedShop,
  nowMs: number,
): StructuredData {
  const itemListElement = entries.map((entry, index) => ({
    "@type": "ListItem",
    position: before + index + 1,
    item: product(entry, shop, nowMs),
  }));
  return { "@context": "https://schema.org", "@type": "ItemList", itemListElement };
}

function product(entry: CatalogueEntryView, { name, origin }: NamedShop, nowMs: number): StructuredData {
  const { sku, title, available, paused, currency, sale } = entry;
  const url = origin + shopLink(BROWSE_ALL, sku);
  const phase = salePhase(sale, nowMs);
  const isInStock = available > 0 && !paused;
  return {
    "@type": "Product",
    url,
    name: title,
    sku,
    offers: {
      "@type": "Offer",
      url,
      price: decimalPrice(offerIn(phase, entry).unitPriceMinor, currency),
      priceCurrency: currency,
      seller: { "@type": "Organization", name },
      availability: `https://schema.org/${isInStock ? "InStock" : "OutOfStock"}`,
      ...(sale !== null && phase === "running"
        ? { priceValidUntil: new Date(sale.endsAtMs).toISOString() }
        : {}),
    },
  };
}
