import { expect, test } from "bun:test";
import type { CartView } from "../../protocol/views.ts";
import { lostHolds } from "./lost-holds.ts";

const line = {
  sku: "MUG",
  title: "Mug",
  quantity: 1,
  unitPriceMinor: 1_900,
  taxBasisPoints: 2_000,
  extended: false,
};
const before: CartView = {
  cartId: "cart",
  lines: [
    { ...line, line: 1, holdExpiresAtMs: 10_000 },
    { ...line, line: 2, holdExpiresAtMs: 90_000 },
  ],
  currency: "GBP",
  totalMinor: 3_800,
  taxMinor: 633,
  checkingOut: null,
  orderIds: [],
};
const empty: CartView = { ...before, lines: [], totalMinor: 0, taxMinor: 0 };

test("a line that went at the end of its hold was lost; one that went earlier was taken out", () => {
  expect(lostHolds(before, empty, 10_500).map(({ line: number }) => number)).toEqual([1]);
});

test("lines that are still there are not lost, however late it is", () => {
  expect(lostHolds(before, before, 100_000)).toEqual([]);
});

test("an order takes its lines without losing them, and a new cart never had them", () => {
  expect(lostHolds({ ...before, checkingOut: "cart~1" }, empty, 10_500)).toEqual([]);
  expect(lostHolds(before, { ...empty, cartId: "another" }, 10_500)).toEqual([]);
});

test("what was bought elsewhere while this page was not connected was not lost", () => {
  expect(lostHolds(before, { ...empty, orderIds: ["cart~1"] }, 100_000)).toEqual([]);
  const ordered = { ...before, orderIds: ["cart~1"] };
  expect(lostHolds(ordered, { ...empty, orderIds: ["cart~1"] }, 100_000)).toHaveLength(2);
});
