import { expect, test } from "bun:test";
import { readTestTotals } from "./test-totals.ts";

test("the summary at the end counts, with or without colours", () => {
  const output =
    " 1 pass\n\n\u001B[0m\u001B[32m 12 pass\u001B[0m\n\u001B[31m 3 fail\u001B[0m\n 40 expect() calls\n";
  expect(readTestTotals(output, 1)).toEqual({ passed: 12, failed: 3 });
});

test("a skipped or unwritten test counts as failed", () => {
  expect(readTestTotals(" 5 pass\n 1 skip\n 2 todo\n 0 fail\n", 0)).toEqual({ passed: 5, failed: 3 });
});

test("a run that ends badly without a failed test is one failure", () => {
  expect(readTestTotals("Segmentation fault", 139)).toEqual({ passed: 0, failed: 1 });
  expect(readTestTotals(" 5 pass\n 0 fail\n", 1)).toEqual({ passed: 5, failed: 1 });
});
