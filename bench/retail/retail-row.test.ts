import { expect, test } from "bun:test";
import { parseRetailRow } from "./retail-row.ts";
import type { RetailCells, RetailRow } from "./retail-row.ts";

function row(changes: { readonly [place: number]: string }): RetailRow {
  const cells = ["536365", "85123A", "HEART", "6", "2010-12-01 08:26:00", "2.55", "17850.0"];
  for (const [place, cell] of Object.entries(changes)) cells[Number(place)] = cell;
  const parsed = parseRetailRow(2, cells as string[] & RetailCells);
  if (parsed.type === "broken") throw new Error(parsed.detail);
  return parsed.row;
}

test.each([
  ["2.55", 255],
  ["3.5", 350],
  ["4", 400],
  ["0.0", 0],
  ["0.000", 0],
  ["2.550", 255],
  ["-11062.06", -1_106_206],
  ["38970.0", 3_897_000],
  ["100", 10_000],
])("the price %s is %d pence", (text, unitPriceMinor) => {
  expect(row({ 5: text }).unitPriceMinor).toBe(unitPriceMinor);
});

test("a price finer than pence is kept apart, never rounded", () => {
  expect(row({ 5: "0.001" }).unitPriceMinor).toBeNull();
});

test("a stock code is one product in whatever letters it is written", () => {
  expect([row({ 1: "85123a" }).sku, row({ 1: " 85123A " }).sku]).toEqual(["85123A", "85123A"]);
});

test.each([
  ["536365", "sale"],
  ["C536379", "cancellation"],
  ["A563185", "other"],
] as const)("the invoice %s is a %s", (invoice, kind) => {
  expect(row({ 0: invoice }).kind).toBe(kind);
});

test.each(["2011-02-30 08:26:00", "2011-02-29 08:26", "2011-04-31T08:26", "2011-01-01 24:00"])(
  "%s was never: the row is broken, not moved to another day",
  (invoiceDate) => {
    const cells = ["536365", "85123A", "HEART", "6", invoiceDate, "2.55", "17850.0"];
    expect(parseRetailRow(2, cells as string[] & RetailCells)).toEqual({
      type: "broken",
      detail: `InvoiceDate must be a time such as 2010-12-01 08:26:00; it is "${invoiceDate}"`,
    });
  },
);
