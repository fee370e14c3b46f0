import { expect, test } from "bun:test";
import { demoCatalogue } from "./demo-catalogue.ts";

const NOW_MS = 1_800_000_000_000;
const catalogue = demoCatalogue(NOW_MS);
const onSale = catalogue.flatMap(({ sku, product }) =>
  product.sale === null ? [] : [{ sku, product, sale: product.sale }],
);

test("the demo shop has at least 48 products in several categories, each with its own SKU and title", () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(48);
  expect(new Set(catalogue.map(({ sku }) => sku)).size).toBe(catalogue.length);
  expect(new Set(catalogue.map(({ product }) => product.title)).size).toBe(catalogue.length);
  expect(new Set(catalogue.map(({ product }) => product.category)).size).toBeGreaterThanOrEqual(5);
});

test("every product can be listed and received: whole prices, British tax, some stock", () => {
  for (const { sku, product, openingStock } of catalogue) {
    expect(sku).toMatch(/^[A-Z0-9-]{1,120}$/);
    expect(product.title.length).toBeGreaterThan(0);
    expect(product.description.length).toBeGreaterThan(0);
    expect(Number.isSafeInteger(product.unitPriceMinor) && product.unitPriceMinor > 0).toBe(true);
    expect(product.currency).toBe("GBP");
    expect(product.taxBasisPoints).toBe(2_000);
    expect(Number.isSafeInteger(openingStock) && openingStock > 0).toBe(true);
  }
});

test("the Midnight Drop is open when the shop is made, lasts for days, is cheaper and limited to two each", () => {
  expect(onSale.length).toBeGreaterThanOrEqual(3);
  expect(onSale.length).toBeLessThanOrEqual(8);
  for (const { product, sale } of onSale) {
    expect(sale.startsAtMs).toBe(NOW_MS);
    expect(sale.endsAtMs - sale.startsAtMs).toBeGreaterThanOrEqual(2 * 24 * 60 * 60 * 1000);
    expect(sale.unitPriceMinor).toBeLessThan(product.unitPriceMinor);
    expect(sale.limitPerCustomer).toBe(2);
  }
});
