import { expect, test } from "bun:test";
import type { SaleView } from "../../protocol/views.ts";
import { featured, offerIn, salePhase, saleTime } from "./offer.ts";

const sale: SaleView = {
  id: "drop",
  title: "Drop",
  unitPriceMinor: 600,
  startsAtMs: 1_000,
  endsAtMs: 2_000,
  limitPerCustomer: 2,
};
const product = { unitPriceMinor: 1_000, currency: "GBP", sale };

test("a sale runs from its start up to, but not at, its end", () => {
  expect(salePhase(null, 1_500)).toBe("none");
  expect(salePhase(sale, 999)).toBe("coming");
  expect(salePhase(sale, 1_000)).toBe("running");
  expect(salePhase(sale, 1_999)).toBe("running");
  expect(salePhase(sale, 2_000)).toBe("over");
});

test("the price is cut only while the sale runs", () => {
  expect(offerIn("running", product)).toEqual({ unitPriceMinor: 600, basePriceMinor: 1_000, percentOff: 40 });
  expect(offerIn("coming", product)).toEqual({ unitPriceMinor: 1_000, basePriceMinor: null, percentOff: 0 });
  expect(offerIn("over", product).unitPriceMinor).toBe(1_000);
});

test("a sale that is no cheaper strikes no price through", () => {
  const dear = { ...product, sale: { ...sale, unitPriceMinor: 1_200 } };
  expect(offerIn("running", dear)).toEqual({ unitPriceMinor: 1_200, basePriceMinor: null, percentOff: 0 });
});

test("the window shows the largest discount among the running sales", () => {
  const small = { ...product, sale: { ...sale, unitPriceMinor: 900 } };
  const coming = { ...product, sale: { ...sale, unitPriceMinor: 1, startsAtMs: 1_600 } };
  const plain = { ...product, sale: null };
  expect(featured([plain, product, small, coming], 1_500)).toBe(product);
  expect(featured([plain, coming], 1_500)).toBeUndefined();
});

test("the server tells the time of a sale with its zone, whatever zone the machine is in", () => {
  expect(saleTime(Date.UTC(2026, 10, 27, 18))).toBe("Fri 27 Nov, 18:00 UTC");
});

test("the time of a sale does not read as over while it is still to come", () => {
  expect(saleTime(Date.UTC(2026, 10, 23, 6, 53, 58))).toContain("06:54 ");
  expect(saleTime(Date.UTC(2026, 10, 23, 6, 53))).toContain("06:53 ");
});
