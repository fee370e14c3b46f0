import { expect, test } from "bun:test";
import { firstDifference } from "./first-difference.ts";

test("equal values have no difference, however deep they are", () => {
  const value = { phases: [{ name: "ramp", toRate: 3 }], open: undefined };
  expect(firstDifference(value, structuredClone(value))).toBeUndefined();
});

test("a field that is not there is the same as one without a value", () => {
  expect(firstDifference({ stock: undefined }, {})).toBeUndefined();
});

test("the first field that differs is named with its path and both values", () => {
  const one = { name: "sale", phases: [{ toRate: 3 }, { toRate: 4 }] };
  const other = { name: "sale", phases: [{ toRate: 3 }, { toRate: 5 }] };
  expect(firstDifference(one, other)).toEqual({ path: "phases[1].toRate", one: 4, other: 5 });
});

test("a list that is longer differs where the other ends", () => {
  expect(firstDifference({ steps: [1] }, { steps: [1, 2] })).toEqual({
    path: "steps[1]",
    one: undefined,
    other: 2,
  });
});

test("a list is no record, and nothing is neither", () => {
  expect(firstDifference({ a: [] }, { a: {} })).toEqual({ path: "a", one: [], other: {} });
  expect(firstDifference({ a: null }, { a: {} })).toEqual({ path: "a", one: null, other: {} });
});
