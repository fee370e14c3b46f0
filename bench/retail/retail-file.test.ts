import { afterAll, expect, test } from "bun:test";
import { readRetailFile } from "./retail-file.ts";
import type { RetailRow } from "./retail-row.ts";
import { SourceError } from "./source-error.ts";
import { RETAIL_HEADER, retailText } from "./testing/retail-text.ts";
import { TemporaryFiles } from "./testing/temporary-file.ts";

const files = new TemporaryFiles();
afterAll(() => files.remove());

async function read(text: string): Promise<readonly RetailRow[]> {
  const rows: RetailRow[] = [];
  for await (const row of readRetailFile(files.write("retail.csv", text))) rows.push(row);
  return rows;
}

const ROW = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";

test("rows are typed, with the line they stand in", async () => {
  expect(await read(`${RETAIL_HEADER}\n${ROW}\n`)).toEqual([
    {
      line: 2,
      invoice: "536365",
      kind: "sale",
      sku: "85123A",
      description: "HEART",
      quantity: 6,
      invoicedAtMs: Date.UTC(2010, 11, 1, 8, 26),
      unitPriceMinor: 255,
      customer: "17850",
    },
  ]);
});

test("lines count through quoted line ends, blank lines and a byte order mark", async () => {
  const quoted = '536366,A1,"TWO\nLINES",1,2010-12-01 08:26:00,1.0,,France';
  const rows = await read(`\uFEFF${RETAIL_HEADER}\r\n${quoted}\r\n\r\n${ROW}\r\n`);
  expect(rows.map((row) => row.line)).toEqual([2, 5]);
});

test("columns may stand in another order", async () => {
  const header = "Country,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID";
  const [row] = await read(`${header}\nUK,1,A1,THING,2,2010-12-01 08:26:00,3.5,\n`);
  expect(row).toMatchObject({ invoice: "1", sku: "A1", quantity: 2, unitPriceMinor: 350, customer: "" });
});

test("a header names every column that is missing or not known", async () => {
  const header = RETAIL_HEADER.replace("UnitPrice", "Price");
  await expect(read(`${header}\n${ROW}\n`)).rejects.toThrow(
    'retail.csv: 2 faults\n  line 1: the column UnitPrice is missing\n  line 1: the column "Price" is not known',
  );
});

test("a file with a header only has no rows", async () => {
  await expect(read(`${RETAIL_HEADER}\n`)).rejects.toThrow("there are no rows below the header");
});

test("a quote within a field that has none around it is told with its line", async () => {
  const inches = ROW.replace("HEART", '6" HEART');
  await expect(read(`${RETAIL_HEADER}\n${ROW}\n${inches}\n`)).rejects.toThrow(
    "retail.csv: line 3: a quote stands inside a field that is not quoted",
  );
});

test("a quote that is not closed is told with its line", async () => {
  expect(
    read(`${RETAIL_HEADER}\n${ROW}\n536366,A1,"OPEN,1,2010-12-01 08:26:00,1.0,,France\n`),
  ).rejects.toThrow(/line \d+: .*a quote is not closed/);
});

test.each([
  ["too few fields", "536365,85123A,HEART,6", "the row has 4 fields, the header has 8"],
  ["a broken quantity", ROW.replace(",6,", ",six,"), 'Quantity must be a whole number; it is "six"'],
  ["half a unit", ROW.replace(",6,", ",0.5,"), 'Quantity must be a whole number; it is "0.5"'],
  [
    "a broken price",
    ROW.replace("2.55", "2,55".replace(",", ";")),
    'UnitPrice must be a decimal number such as 2.55; it is "2;55"',
  ],
  [
    "a price without a number",
    ROW.replace("2.55", "NaN"),
    'UnitPrice must be a decimal number such as 2.55; it is "NaN"',
  ],
  ["a date that cannot be", ROW.replace("12-01", "13-41"), "InvoiceDate must be a time such as"],
  ["no invoice", ROW.replace("536365", ""), "InvoiceNo must be digits"],
  ["no stock code", ROW.replace("85123A", " "), "StockCode must be there"],
  ["a broken customer", ROW.replace("17850.0", "17850.5"), "CustomerID must be digits, or empty"],
])("a row with %s is named by its line", async (_what, row, sentence) => {
  await expect(read(`${RETAIL_HEADER}\n${ROW}\n${row}\n`)).rejects.toThrow(`line 3: ${sentence}`);
});

test("twenty faults are shown, the others counted", async () => {
  const rows = retailText(Array.from({ length: 25 }, () => "1,A1,x,1.0,5"));
  const error: unknown = await read(rows).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SourceError);
  const { faults, faultCount, message } = error as SourceError;
  expect([faults.length, faultCount]).toEqual([20, 25]);
  expect(message).toEndWith("… and 5 more");
});
