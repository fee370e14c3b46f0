import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import type { SaleProduct } from "./sale-product.ts";

/** Where a sale is: before it, in it, with all of its products paused, after it. */
export type SaleState = "scheduled" | "on" | "paused" | "over";

/** A sale as the sum of its products. What they do not share is told from the least to the most. */
export interface SaleSummary {
  readonly sale: string;
  readonly title: string;
  readonly state: SaleState;
  /** Those whose part of it is over count no more in a sale that goes on. */
  readonly products: number;
  readonly paused: number;
  readonly available: number;
  readonly held: number;
  /** Units that were sold and have not come back, in this sale and before. */
  readonly sold: number;
  /** By currency, minor units. */
  readonly prices: readonly PriceRange[];
  /** Least and most units per customer; null for no limit. */
  readonly limits: readonly [least: number | null, most: number | null];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Whether any product of it is sold to those only who were let in. */
  readonly waitingRoom: boolean;
}

/** What the products of a sale cost in one currency, minor units. */
export type PriceRange = {
  readonly currency: string;
  readonly leastMinor: number;
  readonly mostMinor: number;
};

type ProductOnSale = SaleProduct & { readonly sale: SaleTerms };

/** The sales that products name, those that begin first before the others. */
export function summarizeSales(products: readonly SaleProduct[], nowMs: number): readonly SaleSummary[] {
  const onSale = products.filter((product): product is ProductOnSale => product.sale !== null);
  return Array.from(Map.groupBy(onSale, ({ sale }) => sale.id).values(), (ofSale) =>
    summarize(ofSale, nowMs),
  ).toSorted((left, right) => left.startsAtMs - right.startsAtMs || (left.sale < right.sale ? -1 : 1));
}

/** Products that are paused and whose sale, if they have one, is over: no line of a sale tells of them. */
export function pausedOutsideSales(products: readonly SaleProduct[], nowMs: number): readonly SaleProduct[] {
  return products.filter(({ sale, pause }) => pause !== null && (sale === null || sale.endsAtMs <= nowMs));
}

/** Where a product's sale is. */
export function stateOf({ sale, pause }: ProductOnSale, nowMs: number): SaleState {
  if (sale.endsAtMs <= nowMs) return "over";
  if (pause !== null) return "paused";
  return sale.startsAtMs > nowMs ? "scheduled" : "on";
}

/** Those products of one sale whose part of it is not over; all of them once the whole sale is. */
export function stillIn<Product extends SaleProduct>(
  ofSale: readonly Product[],
  nowMs: number,
): readonly Product[] {
  const going = ofSale.filter(({ sale }) => sale !== null && sale.endsAtMs > nowMs);
  return going.length > 0 ? going : ofSale;
}

function summarize(ofSale: readonly ProductOnSale[], nowMs: number): SaleSummary {
  const products = stillIn(ofSale, nowMs);
  const sum = (of: (product: ProductOnSale) => number): number =>
    products.reduce((total, product) => total + of(product), 0);
  const { id, title } = (products[0] as ProductOnSale).sale;
  return {
    sale: id,
    title,
    state: stateOfAll(products, nowMs),
    products: products.length,
    paused: products.filter(({ pause }) => pause !== null).length,
    available: sum(({ available }) => available),
    held: sum(({ held }) => held),
    sold: sum(({ sold }) => sold),
    prices: pricesOf(products),
    limits: limitsOf(products),
    startsAtMs: Math.min(...products.map(({ sale }) => sale.startsAtMs)),
    endsAtMs: Math.max(...products.map(({ sale }) => sale.endsAtMs)),
    waitingRoom: products.some(({ sale }) => sale.waitingRoom === true),
  };
}

/** What goes on with some of its products goes on with the sale. */
function stateOfAll(products: readonly ProductOnSale[], nowMs: number): SaleState {
  const states = new Set(products.map((product) => stateOf(product, nowMs)));
  return (["on", "scheduled", "paused"] as const).find((state) => states.has(state)) ?? "over";
}

function pricesOf(products: readonly ProductOnSale[]): readonly PriceRange[] {
  return Array.from(
    Map.groupBy(products, ({ currency }) => currency),
    ([currency, ofCurrency]) => {
      const prices = ofCurrency.map(({ sale }) => sale.unitPriceMinor);
      return { currency, leastMinor: Math.min(...prices), mostMinor: Math.max(...prices) };
    },
  );
}

function limitsOf(products: readonly ProductOnSale[]): SaleSummary["limits"] {
  const limits = products.map(({ sale }) => sale.limitPerCustomer ?? Number.POSITIVE_INFINITY);
  const [least, most] = [Math.min(...limits), Math.max(...limits)];
  return [Number.isFinite(least) ? least : null, Number.isFinite(most) ? most : null];
}
