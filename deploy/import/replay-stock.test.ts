import { expect, test } from "bun:test";
import { replayStock } from "./replay-stock.ts";

const PRODUCTS = [
  { sku: "NEW", title: "New", unitPriceMinor: 100, unitsSold: 10 },
  { sku: "SHORT", title: "Short", unitPriceMinor: 100, unitsSold: 10 },
  { sku: "ENOUGH", title: "Enough", unitPriceMinor: 100, unitsSold: 10 },
];

function figures(available: number) {
  return { received: 20, sold: 0, returned: 0, onHand: 20, available };
}

const STOCK = new Map([
  ["SHORT", figures(4)],
  ["ENOUGH", figures(10)],
]);

test("what the shop lacks is listed with the stock that the file sells; what is short is filled up", () => {
  const deliveries = replayStock(PRODUCTS, STOCK, undefined);
  expect(deliveries.map(({ sku, terms, stock }) => [sku, terms?.title ?? null, stock])).toEqual([
    ["NEW", "New", 10],
    ["SHORT", null, 6],
  ]);
});

test("with an opening stock only products that the shop lacks receive it", () => {
  expect(replayStock(PRODUCTS, STOCK, 3).map(({ sku, stock }) => [sku, stock])).toEqual([["NEW", 3]]);
});
