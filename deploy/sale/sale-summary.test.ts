import { expect, test } from "bun:test";
import type { SaleProduct } from "./sale-product.ts";
import { pausedOutsideSales, summarizeSales } from "./sale-summary.ts";
import { NOW_MS, sampleProduct, sampleSale } from "./testing/sample-product.ts";

const pause = { reason: "fire", sinceMs: NOW_MS };
const inFriday = (sku: string, sale = sampleSale(), more: Partial<SaleProduct> = {}) =>
  sampleProduct(sku, { sale, ...more });
const statesOf = (...products: readonly SaleProduct[]) =>
  summarizeSales(products, NOW_MS).map(({ sale, state, paused }) => `${sale} ${state} ${paused}`);

test("a sale is the sum of its products, and what they do not share goes from the least to the most", () => {
  const dearer = sampleSale({ unitPriceMinor: 1_090, limitPerCustomer: null, endsAtMs: NOW_MS + 7_200_000 });
  const products = [inFriday("A"), inFriday("B", dearer), sampleProduct("C")];
  expect(summarizeSales(products, NOW_MS)).toEqual([
    {
      sale: "friday",
      title: "Friday drop",
      state: "on",
      products: 2,
      paused: 0,
      available: 12,
      held: 4,
      sold: 2,
      prices: [{ currency: "EUR", leastMinor: 990, mostMinor: 1_090 }],
      limits: [2, null],
      startsAtMs: NOW_MS - 3_600_000,
      endsAtMs: NOW_MS + 7_200_000,
      waitingRoom: false,
    },
  ]);
});

test("prices of several currencies are told apart", () => {
  const [summary] = summarizeSales([inFriday("A"), inFriday("B", sampleSale(), { currency: "GBP" })], NOW_MS);
  expect(summary?.prices.map(({ currency }) => currency)).toEqual(["EUR", "GBP"]);
});

test("a sale is on while one of its products is, paused when all are, and over whether paused or not", () => {
  const coming = sampleSale({ startsAtMs: NOW_MS + 1 });
  const over = sampleSale({ endsAtMs: NOW_MS });
  expect(statesOf(inFriday("A"), inFriday("B", sampleSale(), { pause }))).toEqual(["friday on 1"]);
  expect(statesOf(inFriday("A", sampleSale(), { pause }))).toEqual(["friday paused 1"]);
  expect(statesOf(inFriday("A", coming), inFriday("B", over))).toEqual(["friday scheduled 0"]);
  expect(statesOf(inFriday("A", over, { pause }))).toEqual(["friday over 1"]);
});

test("a product whose part is over does not count in a sale that goes on", () => {
  const over = sampleSale({ endsAtMs: NOW_MS, unitPriceMinor: 1 });
  const [summary] = summarizeSales([inFriday("A"), inFriday("B", over, { pause })], NOW_MS);
  expect(summary).toMatchObject({
    products: 1,
    paused: 0,
    available: 6,
    prices: [{ leastMinor: 990, mostMinor: 990 }],
  });
});

test("a pause that outlives its sale is one outside of sales", () => {
  const over = sampleSale({ endsAtMs: NOW_MS });
  const products = [
    inFriday("A", sampleSale(), { pause }),
    inFriday("B", over, { pause }),
    inFriday("C", over),
    sampleProduct("D", { pause }),
  ];
  expect(pausedOutsideSales(products, NOW_MS).map(({ sku }) => sku)).toEqual(["B", "D"]);
});

test("sales come in the order in which they begin", () => {
  const monday = sampleSale({ id: "monday", startsAtMs: NOW_MS - 7_200_000 });
  expect(statesOf(inFriday("A"), inFriday("B", monday))).toEqual(["monday on 0", "friday on 0"]);
});
