import { expect, test } from "bun:test";
import type { ProductTerms } from "../../gateway/protocol/messages.ts";
import { NOW_MS, sampleProduct, sampleSale } from "../sale/testing/sample-product.ts";
import { assertFitsKeptSales } from "./kept-sales.ts";

const LISTED = [
  sampleProduct("PLAIN"),
  sampleProduct("SALE", { sale: sampleSale() }),
  sampleProduct("SOON", { sale: sampleSale({ startsAtMs: NOW_MS + 1 }) }),
  sampleProduct("OVER", { sale: sampleSale({ endsAtMs: NOW_MS }) }),
  // Operators have said so.
  sampleProduct("DEAR", { unitPriceMinor: 900, sale: sampleSale() }),
];

function item(sku: string, unitPriceMinor: number, terms: Partial<ProductTerms> = {}) {
  const texts = { title: sku, description: "", category: "" };
  return { sku, terms: { ...texts, unitPriceMinor, currency: "EUR", taxBasisPoints: 0, ...terms }, stock: 0 };
}

test.each([
  ["NEW", 1],
  ["PLAIN", 1],
  ["SALE", 990],
  ["OVER", 1],
  ["DEAR", 900],
])("%s may cost %d", (sku, price) => {
  expect(() => assertFitsKeptSales([item(sku, price)], LISTED, NOW_MS)).not.toThrow();
});

test("what is to cost less than in a sale that it keeps is told with all of its kind", () => {
  const items = [item("SALE", 989), item("PLAIN", 1), item("SOON", 500), item("DEAR", 899)];
  expect(() => assertFitsKeptSales(items, LISTED, NOW_MS)).toThrow(
    /^SALE would cost 9\.89 EUR, less than the 9\.90 EUR of the sale friday that it keeps\nSOON would cost 5\.00 EUR.*\nDEAR would cost 8\.99 EUR.*\nNothing was imported\./,
  );
});

test("what is to have another currency than the sale that it keeps is told with all of its kind", () => {
  const items = [
    item("OVER", 1, { currency: "GBP" }),
    item("SALE", 9_900, { currency: "GBP" }),
    item("SOON", 500),
  ];
  expect(() => assertFitsKeptSales(items, LISTED, NOW_MS)).toThrow(
    /^SALE would cost 99\.00 GBP, while the sale friday that it keeps is in EUR\nSOON would cost 5\.00 EUR.*\nNothing was imported\./,
  );
});

test("a file that says what becomes of the sale may name any price", () => {
  const items = [
    item("SALE", 1, { sale: null }),
    item("SOON", 1, { sale: sampleSale({ unitPriceMinor: 1 }) }),
  ];
  expect(() => assertFitsKeptSales(items, LISTED, NOW_MS)).not.toThrow();
});
