import { expect, test } from "bun:test";
import { countedBetween, quantile, together } from "./quantile.ts";

const bounds = [10, 20, 50];

test("a quantile lies where its share of the values ends, and no higher than the last bound", () => {
  expect(quantile({ bounds, counts: [10, 0, 0, 0], sum: 50 }, 0.5)).toBe(5);
  expect(quantile({ bounds, counts: [50, 0, 50, 0], sum: 0 }, 0.99)).toBeCloseTo(49.4);
  expect(quantile({ bounds, counts: [0, 0, 0, 3], sum: 900 }, 0.5)).toBe(50);
  expect(quantile({ bounds, counts: [0, 0, 0, 0], sum: 0 }, 0.5)).toBeNull();
});

test("what nodes have counted since is added up, and a node of other bounds is left out", () => {
  const since = countedBetween(
    { bounds, counts: [1, 1, 0, 0], sum: 20 },
    { bounds, counts: [4, 1, 2, 0], sum: 100 },
  );
  expect(since).toEqual({ bounds, counts: [3, 0, 2, 0], sum: 80 });
  const other = { bounds: [1, 2], counts: [7, 7, 7], sum: 7 };
  expect(together([since, since, other])).toEqual({ bounds, counts: [6, 0, 4, 0], sum: 160 });
  expect(together([])).toBeUndefined();
});
