import { expect, test } from "bun:test";
import { checkEnding } from "./file-ending.ts";

test.each([
  ["orders.csv", "csv"],
  ["ORDERS.CSV", "csv"],
  ["orders.ndjson", "ndjson"],
  ["orders.jsonl", "ndjson"],
  ["orders.2026-11", "csv"],
  ["orders", "ndjson"],
  ["/tmp/books.xlsx/orders", "csv"],
] as const)("%s may hold %s", (file, format) => {
  expect(() => checkEnding(file, format)).not.toThrow();
});

test.each([
  ["o.xlsx", "csv", ".csv"],
  ["o.ODS", "csv", ".csv"],
  ["o.csv.gz", "csv", ".csv"],
  ["o.ndjson", "csv", ".csv"],
  ["o.csv", "ndjson", ".ndjson"],
  ["o.json", "ndjson", ".ndjson"],
] as const)("%s does not hold %s, which is wrong use", (file, format, right) => {
  const expected = { name: "ConfigError", message: expect.stringContaining(`a name that ends in ${right}`) };
  expect(() => checkEnding(file, format)).toThrow(expect.objectContaining(expected));
});
