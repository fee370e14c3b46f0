import { expect, test } from "bun:test";
import type { StockPoint } from "../../protocol/console-line.ts";
import { soldOutInMs, stockText } from "./sold-out.ts";

function points(...available: readonly number[]): readonly StockPoint[] {
  return available.map((left, index) => ({ atMs: index * 10_000, available: left, held: 1, sold: 0 }));
}

test("the end of a stock is told by the pace of the last minute alone", () => {
  expect(soldOutInMs(points(100, 90))).toBe(90_000);
  expect(stockText(points(100, 90))).toBe("Nothing left in about 2 min");
  // It went fast before, and has stood still since.
  expect(soldOutInMs(points(900, 100, 100, 100, 100, 100, 100, 100))).toBeNull();
  expect(stockText(points(30, 10))).toBe("Nothing left within a minute");
});

test("one that grows, stands still or was seen once has no end, and one that is over says so", () => {
  for (const each of [points(10), points(10, 10), points(10, 20)])
    expect(stockText(each)).toBe("Holds steady");
  expect(stockText(points(10, 0))).toBe("All that is left is in carts");
  expect(stockText([{ atMs: 0, available: 0, held: 0, sold: 9 }])).toBe("Sold out");
  expect(stockText([])).toBe("");
});
