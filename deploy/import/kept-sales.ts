import { moneyText, plainText } from "../cli/field-layout.ts";
import { PrecheckRefused } from "../cli/precheck-refused.ts";
import type { SaleProduct } from "../sale/sale-product.ts";
import type { CatalogueItem } from "./catalogue-item.ts";

const NAMES_SHOWN = 20;

/**
 * Checks that no product is to cost less than in the sale that it keeps, which is coming or on: the file says nothing of it.
 * The shop would refuse such a product, with others of the file listed already.
 * @throws {PrecheckRefused} that names product, price and sale.
 */
export function assertBelowNoKeptSale(
  items: readonly CatalogueItem[],
  listed: readonly SaleProduct[],
  nowMs: number,
): void {
  const before = new Map(listed.map((product) => [product.sku, product]));
  const cheaper = items.flatMap(({ sku, terms }) => {
    const product = before.get(sku);
    const sale = product?.sale ?? null;
    if (product === undefined || sale === null || sale.endsAtMs <= nowMs) return [];
    if (terms.sale !== undefined || terms.currency !== product.currency) return [];
    const isBelow = terms.unitPriceMinor < Math.min(sale.unitPriceMinor, product.unitPriceMinor);
    return isBelow ? [{ sku, terms, sale }] : [];
  });
  if (cheaper.length === 0) return;
  const told = cheaper.slice(0, NAMES_SHOWN).map(({ sku, terms, sale }) => {
    const [price, salePrice] = [terms, sale].map((has) => moneyText(has.unitPriceMinor, terms.currency));
    return `${sku} would cost ${price}, less than the ${salePrice} of the sale ${plainText(sale.id)} that it keeps`;
  });
  const hidden = cheaper.length - told.length;
  throw new PrecheckRefused(
    [
      ...told,
      ...(hidden === 0 ? [] : [`and ${hidden.toLocaleString("en")} more`]),
      "Nothing was imported. Lower the price of the sale first (stampede sale price), or end it, or give the file sale columns.",
    ].join("\n"),
  );
}
