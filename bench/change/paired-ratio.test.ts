import { expect, test } from "bun:test";
import { pairedRatio } from "./paired-ratio.ts";

test("pairs that swing together have the ratio between them, with a narrow interval", () => {
  const { ratio, interval } = pairedRatio([
    [10, 11],
    [20, 22.02],
    [15, 16.49],
    [40, 44],
  ]);
  expect(ratio).toBeCloseTo(1.1, 2);
  expect(interval?.low).toBeGreaterThan(1.098);
  expect(interval?.high).toBeLessThan(1.102);
});

test("pairs that disagree have an interval around one", () => {
  const { interval } = pairedRatio([
    [10, 12],
    [12, 10],
    [10, 11],
  ]);
  expect(interval?.low).toBeLessThan(1);
  expect(interval?.high).toBeGreaterThan(1);
});

// The 0.975 quantile for two degrees of freedom is 4.303; logarithms 0, 0.1, 0.2 have a standard error of 0.1 / √3.
test("the interval is that of Student's t", () => {
  const { interval } = pairedRatio([
    [1, 1],
    [1, Math.exp(0.1)],
    [1, Math.exp(0.2)],
  ]);
  expect(interval?.low).toBeCloseTo(Math.exp(0.1 - (4.303 * 0.1) / Math.sqrt(3)), 3);
});

test("one pair has no interval", () => {
  expect(pairedRatio([[2, 3]])).toEqual({ ratio: 1.5, interval: null });
});
