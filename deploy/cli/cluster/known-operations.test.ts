import { expect, test } from "bun:test";
import { KnownOperations } from "./known-operations.ts";
import { operationOf } from "./testing/scripted-node.ts";

test("an operation is news once per revision, and never when it is told as it was before", () => {
  const known = new KnownOperations();
  const told = [1, 1, 3, 2, 3, 4].map((revision) => known.isNews(operationOf("a", { revision })));
  expect(told).toEqual([true, false, true, false, false, true]);
});

test("of many operations those that changed last stay known", () => {
  const known = new KnownOperations();
  for (let number = 0; number < 1_001; number += 1) {
    known.isNews(operationOf(String(number)));
    known.isNews(operationOf("0", { revision: number + 2 }));
  }
  expect(known.isNews(operationOf("0", { revision: 1_000 }))).toBe(false);
  expect(known.isNews(operationOf("1000"))).toBe(false);
  expect(known.isNews(operationOf("1"))).toBe(true);
});
