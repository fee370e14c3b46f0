import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import { moneyText, plainText } from "../cli/field-layout.ts";
import { momentOf, type SaleTime } from "../cli/sale-time.ts";
import { readPrice } from "../import/price-text.ts";
import type { ChosenProducts, ProductChoice } from "./chosen-products.ts";
import { chooseProducts } from "./chosen-products.ts";
import type { RoomWish } from "./plan-queue.ts";
import type { PlanRefusal, SalePlan } from "./sale-plan.ts";
import { planned, refusedPlan } from "./sale-plan.ts";
import type { SaleProduct } from "./sale-product.ts";
import { stillIn } from "./sale-summary.ts";
import { changesText, momentText } from "./sale-words.ts";

/**
 * The sale that is wanted. What is not named is taken from the sale of that id, if there is one. The price is a text until
 * the currency is known.
 */
export interface CreateWish {
  readonly id: string;
  readonly title: string | undefined;
  readonly price: string | undefined;
  /** From now, when it is a while. */
  readonly starts: SaleTime | undefined;
  /** From the start, when it is a while. */
  readonly ends: SaleTime | undefined;
  /** Null: none. */
  readonly limitPerCustomer: number | null | undefined;
  /** Undefined: as it is. */
  readonly room: RoomWish | undefined;
  /** Undefined: those that are in it. */
  readonly choice: ProductChoice | undefined;
}

/** Puts products into a sale. Those that are in it already take what is named of these terms, and keep the others. */
export function planCreate(products: readonly SaleProduct[], wish: CreateWish, nowMs: number): SalePlan {
  const { id, price, choice } = wish;
  const there = stillIn(
    products.filter(({ sale }) => sale?.id === id),
    nowMs,
  );
  const found = choice === undefined ? productsThere(there, id) : chooseProducts(products, choice);
  if (found.type === "none") return refusedPlan("create", ...found.refusals);
  const priced = price === undefined ? undefined : pricedAll(found.products, price);
  if (priced?.type === "refused") return refusedPlan("create", priced.refusal);
  const named = { ...wish, unitPriceMinor: priced?.unitPriceMinor };
  const isThere = new Set(there);
  const shared = sharedTerms(there);
  const wanted = found.products.map((product) => {
    const known = isThere.has(product) && product.sale !== null ? product.sale : shared(product);
    const terms = wantedTerms(named, known, nowMs);
    return { product, terms, faults: faultsOf(terms, id, there.length > 0, nowMs) };
  });
  const faults = [...new Set(wanted.flatMap((one) => one.faults))];
  if (faults.length > 0)
    return refusedPlan("create", ...faults.map((detail) => ({ kind: "wrong", detail }) as const));
  const sales = new Map(wanted.map(({ product, terms }) => [product.sku, terms as SaleTerms]));
  const refusals = found.products.flatMap((product) => {
    const sale = sales.get(product.sku);
    return sale === undefined ? [] : obstacles(product, sale, nowMs);
  });
  if (refusals.length > 0) return refusedPlan("create", ...refusals);
  return planned("create", found.products, ({ sku, sale: before, currency }) => {
    const sale = sales.get(sku);
    if (sale === undefined || Bun.deepEquals(before, sale)) return undefined;
    return {
      sku,
      from: before,
      to: sale,
      text: changesText(before, sale, currency),
      send: (shop, options) => shop.command("sale.set", { sku, sale }, options),
    };
  });
}

function productsThere(there: readonly SaleProduct[], id: string): ChosenProducts {
  if (there.length > 0) return { type: "chosen", products: there };
  const detail = `there is no sale ${plainText(id)} yet: name its products with --sku or with --category`;
  return { type: "none", refusals: [{ kind: "wrong", detail }] };
}

type PricedAll =
  | { readonly type: "price"; readonly unitPriceMinor: number }
  | { readonly type: "refused"; readonly refusal: PlanRefusal };

function pricedAll(products: readonly SaleProduct[], price: string): PricedAll {
  const currencies = [...new Set(products.map(({ currency }) => currency))];
  const [currency = ""] = currencies;
  if (currencies.length > 1) {
    const detail = `a price has one currency, and the products have ${currencies.join(", ")}: create the sale for each with its own price`;
    return { type: "refused", refusal: { kind: "refused", detail } };
  }
  const read = readPrice("--price", price, currency);
  return read.type === "price" ? read : { type: "refused", refusal: { kind: "wrong", detail: read.fault } };
}

/** The terms on which all products of a sale agree, for those that join it; a price only for products of its one currency. */
function sharedTerms(there: readonly SaleProduct[]): (product: SaleProduct) => Partial<SaleTerms> {
  const [first, ...others] = there;
  const terms = first?.sale ?? null;
  if (terms === null) return () => ({});
  const isShared = ([name, value]: readonly [string, unknown]): boolean =>
    others.every(({ sale }) => sale?.[name as keyof SaleTerms] === value);
  const shared: Partial<SaleTerms> = Object.fromEntries(Object.entries(terms).filter(isShared));
  const { unitPriceMinor: _price, ...unpriced } = shared;
  const currencies = new Set(there.map(({ currency }) => currency));
  return ({ currency }) => (currencies.size === 1 && currencies.has(currency) ? shared : unpriced);
}

type WantedTerms = { readonly [Name in keyof SaleTerms]: SaleTerms[Name] | undefined };

function wantedTerms(
  wish: CreateWish & { readonly unitPriceMinor: number | undefined },
  known: Partial<SaleTerms>,
  nowMs: number,
): WantedTerms {
  const { id, starts, ends } = wish;
  const isNew = Object.keys(known).length === 0;
  const startsAtMs = starts === undefined ? known.startsAtMs : momentOf(starts, nowMs);
  return {
    id,
    title: wish.title ?? known.title ?? id,
    unitPriceMinor: wish.unitPriceMinor ?? known.unitPriceMinor,
    startsAtMs,
    endsAtMs: ends === undefined ? known.endsAtMs : endOf(ends, startsAtMs),
    limitPerCustomer: wish.limitPerCustomer === undefined && isNew ? null : limitOf(wish, known),
    ...(wish.room?.isWanted === true || known.waitingRoom === true ? { waitingRoom: true } : {}),
  };
}

function endOf(ends: SaleTime, startsAtMs: number | undefined): number | undefined {
  if (ends.type === "at") return ends.atMs;
  return startsAtMs === undefined ? undefined : momentOf(ends, startsAtMs);
}

function limitOf(wish: CreateWish, known: Partial<SaleTerms>): number | null | undefined {
  return wish.limitPerCustomer === undefined ? known.limitPerCustomer : wish.limitPerCustomer;
}

const OPTIONS = {
  unitPriceMinor: "--price",
  startsAtMs: "--starts",
  endsAtMs: "--ends",
  limitPerCustomer: "--limit",
} as const;

function faultsOf(terms: WantedTerms, id: string, isThere: boolean, nowMs: number): readonly string[] {
  const name = plainText(id);
  const why = isThere
    ? `the products of the sale ${name} do not agree on it`
    : `there is no sale ${name} yet`;
  const missing = Object.entries(OPTIONS)
    .filter(([term]) => terms[term as keyof typeof OPTIONS] === undefined)
    .map(([, option]) => `${option} is missing: ${why}`);
  const { startsAtMs, endsAtMs } = terms;
  if (missing.length > 0 || startsAtMs === undefined || endsAtMs === undefined) return missing;
  if (endsAtMs <= startsAtMs) return ["--ends must be after --starts"];
  return endsAtMs <= nowMs ? ["--ends must be in the future"] : [];
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
