import { expect, test } from "bun:test";
import { stockLevel } from "./stock-level.ts";

test("stock is told in words, not by the meter alone", () => {
  expect(stockLevel(0)).toEqual({ text: "Sold out", share: 0, tone: "none" });
  expect(stockLevel(1)).toEqual({ text: "Only 1 left", share: 0.01, tone: "few" });
  expect(stockLevel(10).tone).toBe("few");
  expect(stockLevel(11)).toEqual({ text: "11 in stock", share: 0.11, tone: "plenty" });
  expect(stockLevel(5_000).share).toBe(1);
});
