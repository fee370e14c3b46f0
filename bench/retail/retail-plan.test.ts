import { afterAll, expect, test } from "bun:test";
import { readRetailFile } from "./retail-file.ts";
import { planRetail } from "./retail-plan.ts";
import type { RetailPlan } from "./retail-plan.ts";
import { retailText } from "./testing/retail-text.ts";
import { TemporaryFiles } from "./testing/temporary-file.ts";

const files = new TemporaryFiles();
afterAll(() => files.remove());

function plan(...rows: readonly string[]): Promise<RetailPlan> {
  return planRetail(readRetailFile(files.write("retail.csv", retailText(rows))));
}

test.each([
  ["postage", "1,POST,1,18.00,5", "not_a_product"],
  ["a manual entry in small letters", "1,m,1,18.00,5", "not_a_product"],
  ["carriage with the code of a product", "1,23444,1,15.00,5", "not_a_product"],
  ["an accountant's entry", "A1,85123A,1,5.00,", "not_an_order"],
  ["a code that is no id", "1,85/123,1,5.00,5", "unusable_stock_code"],
  ["a stock correction", "1,85123A,-9,0.0,", "stock_correction"],
  ["a sale of nothing", "1,85123A,0,2.55,5", "stock_correction"],
  ["a gift", "1,85123A,1,0.0,5", "no_price"],
  ["a negative price", "1,85123A,1,-5.00,5", "no_price"],
  ["a tenth of a penny", "1,PADS,1,0.001,5", "sub_penny_price"],
  ["too many units", "1,85123A,1000001,1.00,5", "beyond_limits"],
  ["too high a price", "1,85123A,1,1000000000.01,5", "beyond_limits"],
  ["an amount that cannot be exact", "1,85123A,1000000,1000000000.00,5", "beyond_limits"],
  ["a cancellation that gives", "C1,85123A,3,1.00,5", "not_a_return"],
  ["a cancellation of nothing bought", "C1,85123A,-3,1.00,5", "return_without_sale"],
  ["a cancellation by nobody known", "C1,85123A,-3,1.00,", "return_without_sale"],
])("%s is explained", async (_what, row, reason) => {
  const { rowsIn, rowsPlayed, rowsExplained, explained } = await plan(row);
  expect({ rowsIn, rowsPlayed, rowsExplained, explained }).toEqual({
    rowsIn: 1,
    rowsPlayed: 0,
    rowsExplained: 1,
    explained: { [reason]: 1 },
  });
});

test("equal lines of an invoice stay separate lines", async () => {
  const { customers } = await plan("1,A1,2,1.00,5", "1,A1,2,1.00,5");
  expect(customers[0]?.invoices[0]?.sales.map((sale) => [sale.row, sale.sku, sale.quantity])).toEqual([
    [2, "A1", 2],
    [3, "A1", 2],
  ]);
});

test("every invoice without a customer is a customer of its own", async () => {
  const { customers } = await plan("1,A1,1,1.00,", "2,A1,1,1.00,", "1,A2,1,1.00,");
  expect(customers.map(({ customer, invoices }) => [customer, invoices.length])).toEqual([
    ["inv-1", 1],
    ["inv-2", 1],
  ]);
});

test("rows that come back to an older invoice of their customer follow what came between", async () => {
  const { customers } = await plan("1,A1,1,1.00,5", "2,A1,1,1.00,5", "1,A2,1,1.00,5");
  expect(customers[0]?.invoices.map(({ invoice }) => invoice)).toEqual(["1", "2", "1"]);
});

test("a cancellation takes from the newest sale first, over several orders", async () => {
  const { customers } = await plan("1,A1,5,1.00,5", "2,A1,2,1.00,5", "C3,A1,-4,1.00,5");
  const returned = customers[0]?.invoices[2]?.returns[0];
  expect(returned?.slices.map(({ line, quantity }) => [line.row, quantity])).toEqual([
    [3, 2],
    [2, 2],
  ]);
});

test("units are returned once", async () => {
  const { explained, rowsPlayed } = await plan(
    "1,A1,5,1.00,5",
    "C2,A1,-4,1.00,5",
    "C3,A1,-2,1.00,5",
    "C4,A1,-1,1.00,5",
  );
  expect([rowsPlayed, explained]).toEqual([3, { return_without_sale: 1 }]);
});

test.each([
  ["another customer", "C2,A1,-1,1.00,6"],
  ["another price", "C2,A1,-1,1.01,5"],
  ["another product", "C2,A2,-1,1.00,5"],
  ["more units than were bought", "C2,A1,-6,1.00,5"],
])("%s finds no sale, and takes nothing", async (_what, cancellation) => {
  const { explained, returnedLater } = await plan("1,A1,5,1.00,5", cancellation, "C9,A1,-5,1.00,5");
  expect([explained, returnedLater.size]).toEqual([{ return_without_sale: 1 }, 1]);
});

test("a cancellation before its sale finds nothing", async () => {
  expect((await plan("C1,A1,-1,1.00,5", "2,A1,1,1.00,5")).explained).toEqual({ return_without_sale: 1 });
});

test("the ledger says what every SKU and customer must come to", async () => {
  const { ledger } = await plan(
    "1,A1,5,1.00,5",
    "1,B2,2,2.55,5",
    "2,A1,3,0.95,",
    "C3,A1,-2,1.00,5",
    "1,POST,1,18.00,5",
  );
  expect([...ledger.skus]).toEqual([
    ["A1", { sold: 8, returned: 2 }],
    ["B2", { sold: 2, returned: 0 }],
  ]);
  expect([...ledger.customers]).toEqual([
    ["5", { orderedMinor: 1010, refundedMinor: 200 }],
    ["inv-2", { orderedMinor: 285, refundedMinor: 0 }],
  ]);
});

test("a product takes its most frequent price, and the stock that the file sells", async () => {
  const { products } = await plan(
    "1,A1,5,1.25,5",
    "2,A1,2,1.00,5",
    "3,A1,2,1.00,6",
    "4,A1,9,0.0,6",
    "5,a1,1,1.00,6",
  );
  expect(products).toEqual([{ sku: "A1", title: "THING A1", unitPriceMinor: 100, unitsSold: 10 }]);
});

test("of prices that are equally frequent the first one counts", async () => {
  const { products } = await plan("1,A1,5,1.25,5", "2,A1,2,1.00,5");
  expect(products[0]?.unitPriceMinor).toBe(125);
});

test("a title that is too long ends with a whole character", async () => {
  const long = `${"A".repeat(299)}🎁 BOX`;
  const text = retailText(["1,A1,5,1.25,5"]).replace("THING A1", long);
  const { products } = await planRetail(readRetailFile(files.write("retail.csv", text)));
  expect(products[0]?.title).toBe("A".repeat(299));
});
