import { expect, test } from "bun:test";
import type { CartLineView } from "../../protocol/views.ts";
import { cartRows, tellsUnitPrice, totalOf } from "./cart-rows.ts";
import type { ComingLine } from "./cart-rows.ts";

function lineOf(line: number, more: Partial<CartLineView> = {}): CartLineView {
  return {
    line,
    sku: "MUG",
    title: "Mug",
    quantity: 1,
    unitPriceMinor: 1_900,
    taxBasisPoints: 2_000,
    holdExpiresAtMs: 10_000 + line,
    extended: false,
    ...more,
  };
}

const comingMug: ComingLine = {
  key: "key",
  sku: "MUG",
  title: "Mug",
  category: "Kitchen",
  unitPriceMinor: 1_900,
  currency: "GBP",
};

test("lines of one product at one price are one row that ends with its first hold", () => {
  const [row, ...others] = cartRows([lineOf(1, { quantity: 2, extended: true }), lineOf(4)], new Map(), []);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    sku: "MUG",
    quantity: 3,
    holdExpiresAtMs: 10_001,
    extendable: [4],
    isChanging: false,
  });
});

test("the same product at another price is a row of its own", () => {
  const rows = cartRows([lineOf(1), lineOf(2, { unitPriceMinor: 1_500 })], new Map(), []);
  expect(rows.map(({ unitPriceMinor }) => unitPriceMinor)).toEqual([1_900, 1_500]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(2);
});

test("what one unit costs is told of several units, and where a product has two prices", () => {
  const told = (...lines: CartLineView[]): readonly boolean[] => {
    const rows = cartRows(lines, new Map(), []);
    return rows.map((row) => tellsUnitPrice(row, rows));
  };
  expect(told(lineOf(1), lineOf(2, { sku: "PAN" }))).toEqual([false, false]);
  expect(told(lineOf(1, { quantity: 2 }), lineOf(2, { sku: "PAN" }))).toEqual([true, false]);
  expect(told(lineOf(1), lineOf(2, { unitPriceMinor: 1_500 }))).toEqual([true, true]);
});

test("a wanted quantity is shown before the shop has answered, and a line on its way out is gone", () => {
  const rows = cartRows(
    [lineOf(1), lineOf(2, { sku: "PAN" })],
    new Map([
      [1, 5],
      [2, 0],
    ]),
    [],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ sku: "MUG", quantity: 5, isChanging: true });
});

test("a product on its way in counts at once, alone or with the lines that are there", () => {
  expect(cartRows([], new Map(), [comingMug])[0]).toMatchObject({ quantity: 1, holdExpiresAtMs: null });
  expect(cartRows([lineOf(1)], new Map(), [comingMug, comingMug])[0]).toMatchObject({
    quantity: 3,
    holdExpiresAtMs: 10_001,
    isChanging: true,
  });
});

test("units and total add up over all rows", () => {
  const rows = cartRows(
    [lineOf(1, { quantity: 3 }), lineOf(2, { sku: "PAN", unitPriceMinor: 6_900 })],
    new Map(),
    [],
  );
  expect(totalOf(rows)).toBe(3 * 1_900 + 6_900);
});
