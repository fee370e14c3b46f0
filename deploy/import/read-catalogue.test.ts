import { afterAll, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { retailText } from "../../bench/retail/testing/retail-text.ts";
import { TemporaryFiles } from "../../bench/retail/testing/temporary-file.ts";
import { TITLE_LENGTH_MAX } from "../../gateway/protocol/bounds.ts";
import type { CatalogueSource } from "./catalogue-item.ts";
import { readCatalogue } from "./read-catalogue.ts";

const files = new TemporaryFiles();
afterAll(() => files.remove());

const HEADER = "sku,title,description,category,price,currency,tax_percent,stock";
const SALE_COLUMNS = "sale_id,sale_title,sale_price,sale_starts_at,sale_ends_at,sale_limit_per_customer";

function csv(...rows: readonly string[]): Promise<CatalogueSource> {
  return readCatalogue(files.write("catalogue.csv", `${[HEADER, ...rows].join("\n")}\n`));
}

function json(text: string): Promise<CatalogueSource> {
  return readCatalogue(files.write("catalogue.json", text));
}

const LAMP = {
  sku: "LAMP-1",
  stock: 40,
  terms: {
    title: "Desk lamp",
    description: "Warm, bright",
    category: "Lights",
    unitPriceMinor: 1999,
    currency: "EUR",
    taxBasisPoints: 1950,
  },
};

test("a CSV catalogue is read to the minor unit and the basis point", async () => {
  const { format, rows, items } = await csv('LAMP-1,Desk lamp,"Warm, bright",Lights,19.99,EUR,19.5,40');
  expect({ format, rows, items }).toEqual({ format: "catalogue-csv", rows: 1, items: [LAMP] });
});

test("columns and cells that may be left out have plain defaults", async () => {
  const { items } = await readCatalogue(
    files.write("short.csv", "price,sku,currency,title\n500,A1,JPY,Tea\n"),
  );
  const terms = {
    title: "Tea",
    description: "",
    category: "",
    unitPriceMinor: 500,
    currency: "JPY",
    taxBasisPoints: 0,
  };
  expect(items).toEqual([{ sku: "A1", stock: 0, terms }]);
});

test("a sale is read with its times, its own price and its limit", async () => {
  const row = "A1,Tea,5.00,EUR,drop,Midnight drop,2.50,2026-11-27T00:00:00+01:00,2026-11-27T01:00:00Z,2";
  const { items } = await readCatalogue(
    files.write("sale.csv", `sku,title,price,currency,${SALE_COLUMNS}\n${row}\n`),
  );
  expect(items[0]?.terms.sale).toEqual({
    id: "drop",
    title: "Midnight drop",
    unitPriceMinor: 250,
    startsAtMs: Date.UTC(2026, 10, 26, 23),
    endsAtMs: Date.UTC(2026, 10, 27, 1),
    limitPerCustomer: 2,
  });
});

test("an empty sale_id is no sale, and a product without the column or field says nothing of sales", async () => {
  const empty = await readCatalogue(
    files.write("empty.csv", "sku,title,price,currency,sale_id\nA1,Tea,5.00,EUR,\n"),
  );
  expect(empty.items[0]?.terms.sale).toBe(null);
  const product = { sku: "A1", title: "Tea", price: 5, currency: "EUR" };
  const { items } = await json(JSON.stringify([product, { ...product, sku: "A2", sale_id: null }]));
  expect(items.map(({ terms }) => terms.sale)).toEqual([undefined, null]);
});

test.each([
  ["a list", (products: string) => `[${products}]`],
  ["an object with a list", (products: string) => `{"name": "x, y", "n": [1], "products": [${products}]}`],
])("a JSON catalogue is %s of products", async (_what, wrap) => {
  const product =
    '{"sku": "LAMP-1", "title": "Desk lamp", "description": "Warm, bright", "category": "Lights",' +
    ' "price": 19.99, "currency": "EUR", "tax_percent": "19.5", "stock": 40}';
  const { format, items } = await json(wrap(product));
  expect({ format, items }).toEqual({ format: "catalogue-json", items: [LAMP] });
});

test("the retail file is known by its header; its stock is what it sells", async () => {
  const text = retailText(["1,a1,5,1.25,5", "2,A1,2,1.25,6", "3,POST,1,18.00,5", "C4,A1,-1,1.25,5"]);
  const { format, rows, items } = await readCatalogue(files.write("retail.csv", text));
  expect({ format, rows }).toEqual({ format: "retail-csv", rows: 4 });
  expect(items.map(({ sku, stock, terms }) => [sku, stock, terms.unitPriceMinor, terms.currency])).toEqual([
    ["A1", 7, 125, "GBP"],
  ]);
});

test("a file and its packed form are the same content, an edited one is another", async () => {
  const text = `${HEADER}\nA1,Tea,,,5.00,EUR,,1\n`;
  const hashes = await Promise.all(
    [text, gzipSync(text), text.replace("5.00", "5.01")].map(async (content, index) => {
      const { contentHash } = await readCatalogue(files.write(`hash-${index}`, content));
      return contentHash;
    }),
  );
  expect(hashes[0]).toBe(hashes[1] ?? "");
  expect(hashes[0]).not.toBe(hashes[2] ?? "");
});

test.each([
  ["no sku", ",Tea,,,5.00,EUR,,1", "sku is missing"],
  [
    "a sku that is no id",
    "A/1,Tea,,,5.00,EUR,,1",
    'sku must be 1 to 120 letters, digits, inner spaces or any of ._:#@~+-; it is "A/1"',
  ],
  ["no title", "A1, ,,,5.00,EUR,,1", "title is missing"],
  ["no price", "A1,Tea,,,,EUR,,1", "price is missing"],
  ["a price below 0", "A1,Tea,,,-5.00,EUR,,1", 'price must be at least 0; it is "-5.00"'],
  ["a price too fine", "A1,Tea,,,0.001,EUR,,1", "price: 0.001 has 3 decimals, but EUR has 2."],
  ["a price in words", "A1,Tea,,,free,EUR,,1", 'price: "free" is not a decimal number such as 2.55.'],
  [
    "a decimal comma",
    'A1,Tea,,,"3,50",EUR,,1',
    'price must be written with a decimal point, 3.50, and not with a comma; it is "3,50"',
  ],
  [
    "a decimal comma behind thousands",
    'A1,Tea,,,"1.203,50",EUR,,1',
    'price must be written with a decimal point, 1203.50, and not with a comma; it is "1.203,50"',
  ],
  ["a comma between thousands", 'A1,Tea,,,"1,500",EUR,,1', 'price: "1,500" is not a decimal number such as'],
  [
    "tax with a decimal comma",
    'A1,Tea,,,3.50,EUR,"19,5",1',
    'tax_percent must be written with a decimal point, 19.5, and not with a comma; it is "19,5"',
  ],
  [
    "a currency in small letters",
    "A1,Tea,,,5.00,eur,,1",
    'currency must be in capital letters, EUR; it is "eur"',
  ],
  [
    "an unknown currency",
    "A1,Tea,,,5.00,EURO,,1",
    'currency must be an ISO 4217 code such as GBP; it is "EURO"',
  ],
  [
    "too much tax",
    "A1,Tea,,,5.00,EUR,100.01,1",
    'tax_percent must be a percentage from 0 to 100 with at most two decimals; it is "100.01"',
  ],
  ["stock below 0", "A1,Tea,,,5.00,EUR,,-1", 'stock must be a whole number from 0 to 1000000; it is "-1"'],
  ["half a unit", "A1,Tea,,,5.00,EUR,,0.5", 'stock must be a whole number from 0 to 1000000; it is "0.5"'],
  [
    "a long title",
    `A1,${"x".repeat(TITLE_LENGTH_MAX + 1)},,,5.00,EUR,,1`,
    `title has ${TITLE_LENGTH_MAX + 1} characters, at most ${TITLE_LENGTH_MAX} are allowed`,
  ],
  ["a cell too few", "A1,Tea,,,5.00,EUR,19", "the row has 7 fields, the header has 8"],
])("a product with %s is refused with its line", async (_what, row, sentence) => {
  await expect(csv("OK,Tea,,,5.00,EUR,,1", row)).rejects.toThrow(`catalogue.csv: line 3: ${sentence}`);
});

test.each([
  ["no end", "drop,,2.50,2026-11-27T00:00:00Z,,", "sale_ends_at is missing"],
  [
    "a time without zone",
    "drop,,2.50,2026-11-27T00:00:00,2026-11-28T00:00:00Z,",
    "sale_starts_at must be a time with its zone",
  ],
  [
    "an end before its start",
    "drop,,2.50,2026-11-27T00:00:00Z,2026-11-26T00:00:00Z,",
    "sale_ends_at must be after sale_starts_at",
  ],
  [
    "a limit of 0",
    "drop,,2.50,2026-11-27T00:00:00Z,2026-11-28T00:00:00Z,0",
    "sale_limit_per_customer must be a whole number from 1",
  ],
  [
    "a price above the product's own",
    "drop,,25.00,2026-11-27T00:00:00Z,2026-11-28T00:00:00Z,",
    'sale_price must be at most the price, "5.00"; it is "25.00"',
  ],
  ["no id", ",,2.50,,,", "sale_price is there without a sale_id"],
])("a sale with %s is refused with its line", async (_what, cells, sentence) => {
  const file = files.write(
    "sale.csv",
    `sku,title,price,currency,${SALE_COLUMNS}\nA1,Tea,5.00,EUR,${cells}\n`,
  );
  await expect(readCatalogue(file)).rejects.toThrow(`line 2: ${sentence}`);
});

test("a sale may have the price of its product, and one that cannot be read is the only fault", async () => {
  const file = (price: string, salePrice: string): string =>
    files.write(
      "sale.csv",
      `sku,title,price,currency,${SALE_COLUMNS}\nA1,Tea,${price},EUR,drop,,${salePrice},2026-11-27T00:00:00Z,2026-11-28T00:00:00Z,\n`,
    );
  const { items } = await readCatalogue(file("5.00", "5.00"));
  expect(items[0]?.terms.sale?.unitPriceMinor).toBe(500);
  await expect(readCatalogue(file("free", "2.50"))).rejects.toThrow(
    /^[^\n]*: line 2: price: "free" is not a decimal number such as 2\.55\.$/,
  );
});

test("everything that is wrong is told at once, and nothing of the file is used", async () => {
  await expect(csv("A1,Tea,,,5.00,EUR,,1", "A2,,,,x,EUR,,1", "A1,Tea,,,5.00,EUR,,1")).rejects.toThrow(
    [
      "catalogue.csv: 3 faults",
      "  line 3: title is missing",
      '  line 3: price: "x" is not a decimal number such as 2.55.',
      "  line 4: the sku A1 is in line 2 already",
    ].join("\n"),
  );
});

test("a sku that is there twice is told whatever else is wrong with its products", async () => {
  const rows = ["A1,Tea,,,x,EUR,,1", "A1,Tea,,,5.00,EUR,,1", "A1,Tea,,,5.00,EUR,,many"];
  await expect(csv(...rows)).rejects.toThrow(
    [
      "catalogue.csv: 4 faults",
      '  line 2: price: "x" is not a decimal number such as 2.55.',
      "  line 3: the sku A1 is in line 2 already",
      '  line 4: stock must be a whole number from 0 to 1000000; it is "many"',
      "  line 4: the sku A1 is in line 2 already",
    ].join("\n"),
  );
});

test("a price is looked at also where its currency is in small letters", async () => {
  await expect(csv('A1,Tea,,,"3,50",eur,,1')).rejects.toThrow("catalogue.csv: 2 faults");
});

test("a product of a JSON list is named beside its line, which may have all of them", async () => {
  const products = [
    { sku: "A1", title: "Tea", price: "3,50", currency: "EUR" },
    { sku: "A1", title: "Tea", price: 5, currency: "EUR", colour: "red" },
    { title: "Tea", price: 5, currency: "EUR" },
    "A1",
  ];
  await expect(json(JSON.stringify(products))).rejects.toThrow(
    [
      "catalogue.json: 5 faults",
      '  line 1: product 1 (A1): price must be written with a decimal point, 3.50, and not with a comma; it is "3,50"',
      "  line 1: product 2 (A1): the field colour is not known",
      "  line 1: product 2 (A1): the sku A1 is in line 1 already, as product 1",
      "  line 1: product 3: sku is missing",
      '  line 1: product 4 is not an object: "A1"',
    ].join("\n"),
  );
});

test.each([
  ["a missing column", "sku,title,price\nA1,Tea,5.00\n", "line 1: the column currency is missing"],
  ["an unknown column", `${HEADER},colour\n`, 'line 1: the column "colour" is not known'],
  ["a column twice", `${HEADER},sku\n`, 'line 1: the column "sku" is there twice'],
  [
    "semicolons",
    "sku;title;price;currency\nA1;Tea;5,00;EUR\n",
    "line 1: the columns are separated by semicolons: save the file with commas between them",
  ],
  [
    "quoted columns between semicolons",
    '"sku";"title";"price";"currency"\n',
    "line 1: the columns are separated by semicolons",
  ],
  ["tabs", "sku\ttitle\tprice\tcurrency\nA1\tTea\t5.00\tEUR\n", "the columns are separated by tabs"],
  ["no products", `${HEADER}\n`, "there is no product in the file"],
])("a header with %s is refused", async (_what, text, sentence) => {
  await expect(readCatalogue(files.write("header.csv", text))).rejects.toThrow(sentence);
});

test.each([
  [
    "an unknown field",
    '[\n{"sku": "A1", "colour": "red"}]',
    "line 2: product 1 (A1): the field colour is not known",
  ],
  ["a nested field", '[\n\n{"sku": ["A1"]}]', "line 3: product 1: sku must be a text or a number"],
  ["a broken product", '[\n{"sku": A1}]', "line 2: product 1 is not valid JSON"],
  ["a product that is a text", '["A1"]', "line 1: product 1 is not an object"],
  ["a missing comma", '[{"sku": "A1"}\n{"sku": "A2"}]', "line 1: product 1 is not valid JSON"],
  [
    "an end too early",
    '[\n{"sku": "A1"}',
    "line 2: the file ends where a comma or the end of the list should be",
  ],
  ["an open bracket", '[\n{"sku": "A1"', "line 2: the file ends within a value: a bracket is not closed"],
  ["an open text", '[\n{"sku": "A1', "line 2: the file ends within a text: a quote is not closed"],
  ["no list", '{"items": []}', "the object has no field products"],
  ["no product", "[]", "there is no product in the file"],
])("JSON with %s is refused with its line", async (_what, text, sentence) => {
  await expect(json(text)).rejects.toThrow(sentence);
});
