import { expect, test } from "bun:test";
import { importText, type ImportReport } from "./import-file.ts";

const REPORT: ImportReport = {
  format: "catalogue-csv",
  rows: 2,
  products: 2,
  created: 2,
  updated: 0,
  stockInFile: 1_000,
  stockReceived: 1_000,
  salesTakenOff: [],
};

test.each([
  ["the first time", {}, "1,000 units received"],
  ["with one unit", { stockInFile: 1, stockReceived: 1 }, "1 unit received"],
  [
    "the same again",
    { created: 0, updated: 2, stockReceived: 0 },
    "none received: this file was delivered before",
  ],
  [
    "changed, of products that were there",
    { created: 1, updated: 1 },
    "1,000 units received: a changed file is another delivery (--opening-stock 0 leaves stock alone)",
  ],
])("a file %s says what became of its stock", (_, changes, stock) => {
  expect(
    importText({ ...REPORT, ...changes })
      .split("\n")
      .at(-1),
  ).toBe(`stock     ${stock}`);
});

test("the sales that a file has taken off its products are told by name", () => {
  const last = (count: number): string | undefined => {
    const salesTakenOff = Array.from({ length: count }, (_, index) => ({ sku: `P${index}`, sale: "friday" }));
    return importText({ ...REPORT, salesTakenOff })
      .split("\n")
      .at(-1);
  };
  expect(last(2)).toBe("sales     taken off 2 products, as the file says: P0 (friday), P1 (friday)");
  expect(last(21)).toEndWith(", P19 (friday) and 1 more (--json has all)");
});
