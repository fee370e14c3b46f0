import { moneyText, plainText } from "../cli/field-layout.ts";
import { PrecheckRefused } from "../cli/precheck-refused.ts";
import type { SaleProduct } from "../sale/sale-product.ts";
import type { CatalogueItem } from "./catalogue-item.ts";

const NAMES_SHOWN = 20;

/**
 * Checks that no product is to cost less than in the sale that it keeps, which is coming or on, nor in another currency: the file says
 * nothing of it.
 * The shop would refuse such a product, with others of the file listed already.
 * @throws {PrecheckRefused} that names product, price and sale.
 */
export function assertFitsKeptSales(
  items: readonly CatalogueItem[],
  listed: readonly SaleProduct[],
  nowMs: number,
): void {
  const before = new Map(listed.map((product) => [product.sku, product]));
  const unfit = items.flatMap(({ sku, terms }) => {
    const product = before.get(sku);
    const sale = product?.sale ?? null;
    if (product === undefined || sale === null || sale.endsAtMs <= nowMs) return [];
    if (terms.sale !== undefined) return [];
    const isBelow = terms.unitPriceMinor < Math.min(sale.unitPriceMinor, product.unitPriceMinor);
    return isBelow || terms.currency !== product.currency
      ? [{ sku, terms, sale, saleCurrency: product.currency }]
      : [];
  });
  if (unfit.length === 0) return;
  const told = unfit.slice(0, NAMES_SHOWN).map(({ sku, terms, sale, saleCurrency }) => {
    const costs = `${sku} would cost ${moneyText(terms.unitPriceMinor, terms.currency)}`;
    return terms.currency === saleCurrency
      ? `${costs}, less than the ${moneyText(sale.unitPriceMinor, saleCurrency)} of the sale ${plainText(sale.id)} that it keeps`
      : `${costs}, while the sale ${plainText(sale.id)} that it keeps is in ${saleCurrency}`;
  });
  const hidden = unfit.length - told.length;
  throw new PrecheckRefused(
    [
      ...told,
      ...(hidden === 0 ? [] : [`and ${hidden.toLocaleString("en")} more`]),
      "Nothing was imported. Lower the price of the sale first (stampede sale price), end it, or give the file sale columns.",
    ].join("\n"),
  );
}
