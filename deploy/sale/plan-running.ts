import { moneyText, plainText } from "../cli/field-layout.ts";
import { readPrice } from "../import/price-text.ts";
import type { ProductChoice } from "./chosen-products.ts";
import { chooseProducts } from "./chosen-products.ts";
import { tooDear } from "./plan-create.ts";
import type { ProductChange, SalePlan } from "./sale-plan.ts";
import { planned, refusedPlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";
import { stillIn } from "./sale-summary.ts";
import { momentText, termsText } from "./sale-words.ts";

/** What is wanted of a sale that there is. */
export type RunningWish =
  | {
      readonly action: "price";
      readonly sale: string;
      readonly price: string;
      readonly choice: ProductChoice;
    }
  | { readonly action: "end"; readonly sale: string; readonly choice: ProductChoice }
  | { readonly action: "pause"; readonly reason: string; readonly choice: ProductChoice }
  | { readonly action: "resume"; readonly choice: ProductChoice };

/** Plans a change of products that are in a sale, or are sold outside of one. */
export function planRunning(products: readonly SaleProduct[], wish: RunningWish, nowMs: number): SalePlan {
  const found = chooseProducts(products, wish.choice);
  if (found.type === "none") return refusedPlan(wish.action, ...found.refusals);
  const { choice } = wish;
  const isWhole = choice.type === "sale" && choice.skus === undefined;
  const meant = isWhole ? stillIn(found.products, nowMs) : found.products;
  switch (wish.action) {
    case "price":
      return planPrice(meant, wish.sale, wish.price, nowMs);
    case "end":
      return {
        ...planned("end", found.products, (product) => endOf(product, wish.sale, nowMs)),
        stayPaused: found.products.filter(({ pause }) => pause !== null).map(({ sku }) => sku),
      };
    case "pause":
      return planned("pause", meant, (product) => pauseOf(product, wish.reason));
    case "resume":
      return planned("resume", found.products, resumptionOf);
  }
}

function planPrice(products: readonly SaleProduct[], saleId: string, price: string, nowMs: number): SalePlan {
  const priced = products.map((product) => ({
    product,
    read: readPrice("the price", price, product.currency),
  }));
  const faults = priced.flatMap(({ read }) => (read.type === "wrong" ? [read.fault] : []));
  const [fault] = faults;
  if (fault !== undefined) return refusedPlan("price", { kind: "wrong", detail: fault });
  const currencies = [...new Set(products.map(({ currency }) => currency))];
  if (currencies.length > 1)
    return refusedPlan("price", {
      kind: "refused",
      detail: `a price has one currency, and the products have ${currencies.join(", ")}: name those of one with --sku`,
    });
  const refusals = priced.flatMap(({ product, read }) => {
    const { sku, sale } = product;
    if (sale !== null && sale.endsAtMs <= nowMs)
      return [
        { kind: "refused" as const, detail: `the sale of ${sku} is over since ${momentText(sale.endsAtMs)}` },
      ];
    return read.type === "price" ? tooDear(product, read.unitPriceMinor) : [];
  });
  if (refusals.length > 0) return refusedPlan("price", ...refusals);
  const prices = new Map(
    priced.map(({ product, read }) => [product.sku, read.type === "price" ? read.unitPriceMinor : 0]),
  );
  return planned("price", products, (product) => priceOf(product, saleId, prices.get(product.sku) ?? 0));
}

function priceOf(
  { sku, sale, currency }: SaleProduct,
  saleId: string,
  unitPriceMinor: number,
): ProductChange | undefined {
  const before = sale?.unitPriceMinor ?? null;
  if (before === unitPriceMinor) return undefined;
  const was = before === null ? "none" : moneyText(before, currency);
  return {
    sku,
    from: before,
    to: unitPriceMinor,
    text: `${was} -> ${moneyText(unitPriceMinor, currency)}`,
    send: (shop, options) => shop.command("sale.price", { sku, saleId, unitPriceMinor }, options),
  };
}

function endOf(
  { sku, sale, currency }: SaleProduct,
  saleId: string,
  nowMs: number,
): ProductChange | undefined {
  if (sale === null || sale.endsAtMs <= nowMs) return undefined;
  const hasBegun = sale.startsAtMs < nowMs;
  return {
    sku,
    from: sale,
    to: hasBegun ? "over" : null,
    text: `${termsText(sale, currency)} -> ${hasBegun ? "over" : "called off"}`,
    send: (shop, options) => shop.command("sale.end", { sku, saleId }, options),
  };
}

function pauseOf({ sku, pause }: SaleProduct, reason: string): ProductChange | undefined {
  if (pause !== null) return undefined;
  return {
    sku,
    from: null,
    to: { reason },
    text: "on sale -> paused",
    send: (shop, options) => shop.command("selling.pause", { sku, reason }, options),
  };
}

function resumptionOf({ sku, pause }: SaleProduct): ProductChange | undefined {
  if (pause === null) return undefined;
  return {
    sku,
    from: pause,
    to: null,
    text: `paused since ${momentText(pause.sinceMs)} (${plainText(pause.reason)}) -> on sale`,
    send: (shop, options) => shop.command("selling.resume", { sku }, options),
  };
}
