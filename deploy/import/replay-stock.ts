import type { StockFigures } from "../../bench/replay/shop-ledger.ts";
import type { RetailProduct } from "../../bench/retail/retail-catalogue.ts";
import type { Delivery } from "./catalogue-item.ts";
import { retailItems } from "./retail-items.ts";

/**
 * What the shop lacks to play a retail file: products that it does not list, with `openingStock` units each or as many as
 * the file sells; and, unless `openingStock` is given, further units of products that are short.
 */
export function replayStock(
  products: readonly RetailProduct[],
  stock: ReadonlyMap<string, StockFigures>,
  openingStock: number | undefined,
): readonly Delivery[] {
  return retailItems(products).flatMap((item): readonly Delivery[] => {
    const figures = stock.get(item.sku);
    if (figures === undefined) return [openingStock === undefined ? item : { ...item, stock: openingStock }];
    const missing = item.stock - figures.available;
    return openingStock === undefined && missing > 0 ? [{ sku: item.sku, terms: null, stock: missing }] : [];
  });
}
