import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import { moneyText, plainText } from "../cli/field-layout.ts";
import { readPrice } from "../import/price-text.ts";
import type { ProductChoice } from "./chosen-products.ts";
import { chooseProducts } from "./chosen-products.ts";
import type { PlanRefusal, SalePlan } from "./sale-plan.ts";
import { planned, refusedPlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";
import { momentText, termsText } from "./sale-words.ts";

/** The sale that is wanted; its price is a text until the currency is known. */
export interface CreateWish extends Omit<SaleTerms, "unitPriceMinor"> {
  readonly price: string;
  readonly choice: ProductChoice;
}

/** Puts products into a sale. Those that are in it already take these terms. */
export function planCreate(
  products: readonly SaleProduct[],
  { price, choice, ...terms }: CreateWish,
  nowMs: number,
): SalePlan {
  const found = chooseProducts(products, choice);
  if (found.type === "none") return refusedPlan("create", ...found.refusals);
  const currencies = [...new Set(found.products.map(({ currency }) => currency))];
  const [currency = ""] = currencies;
  if (currencies.length > 1)
    return refusedPlan("create", {
      kind: "refused",
      detail: `a price has one currency, and the products have ${currencies.join(", ")}: create the sale for each with its own price`,
    });
  const read = readPrice("--price", price, currency);
  if (read.type === "wrong") return refusedPlan("create", { kind: "wrong", detail: read.fault });
  const sale: SaleTerms = { ...terms, unitPriceMinor: read.unitPriceMinor };
  const refusals = found.products.flatMap((product) => obstacles(product, sale, nowMs));
  if (refusals.length > 0) return refusedPlan("create", ...refusals);
  return planned("create", found.products, ({ sku, sale: before }) =>
    Bun.deepEquals(before, sale)
      ? undefined
      : {
          sku,
          from: before,
          to: sale,
          text: `${termsText(before, currency)} -> ${termsText(sale, currency)}`,
          send: (shop, options) => shop.command("sale.set", { sku, sale }, options),
        },
  );
}

function obstacles(product: SaleProduct, sale: SaleTerms, nowMs: number): readonly PlanRefusal[] {
  const { sku, sale: before } = product;
  const other = before !== null && before.id !== sale.id && before.endsAtMs > nowMs ? before : undefined;
  const conflict =
    other === undefined
      ? []
      : [
          {
            kind: "conflict" as const,
            detail: `${sku} is in the sale ${plainText(other.id)} until ${momentText(other.endsAtMs)}`,
          },
        ];
  return [...conflict, ...tooDear(product, sale.unitPriceMinor)];
}

/** A sale that is dearer than its product is a slip: a figure too many, or another product. */
export function tooDear(
  { sku, unitPriceMinor, currency }: SaleProduct,
  salePriceMinor: number,
): readonly PlanRefusal[] {
  if (salePriceMinor <= unitPriceMinor) return [];
  const [sale, usual] = [moneyText(salePriceMinor, currency), moneyText(unitPriceMinor, currency)];
  return [
    { kind: "refused", detail: `${sku} costs ${usual} without a sale, and in it it would cost ${sale}` },
  ];
}
