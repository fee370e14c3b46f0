import { expect, test } from "bun:test";
import { stockLagText } from "./stock-lag.ts";

test("how far stock is behind is said, and also when nobody can say it", () => {
  expect([0, 1, 7].map(stockLagText)).toEqual([
    "",
    "Stock is 1 segment of the journal behind.",
    "Stock is 7 segments of the journal behind.",
  ]);
  expect(stockLagText(null)).toContain("Stock may be old");
});
