import { expect, test } from "bun:test";
import { estimateRatio, geometricMean } from "./ratio.ts";

test("the interval is Welch's, of the logarithms", () => {
  // Logarithms 1, 2, 3 and 2, 4, 6, 8: means 2 and 5, standard error √(1/3 + 20/12) = √2, 4.08 degrees of freedom.
  const { ratio, interval } = estimateRatio([1, 2, 3].map(Math.exp), [2, 4, 6, 8].map(Math.exp));
  expect(Math.log(ratio)).toBeCloseTo(3, 10);
  expect(Math.log(interval?.low ?? 0)).toBeCloseTo(3 - 2.7563 * Math.SQRT2, 2);
  expect(Math.log(interval?.high ?? 0)).toBeCloseTo(3 + 2.7563 * Math.SQRT2, 2);
});

test("what is compared the other way round is one by it", () => {
  const [a, b] = [
    [10, 11, 12],
    [20, 21, 25, 23],
  ];
  const [there, back] = [estimateRatio(a, b), estimateRatio(b, a)];
  expect(back.ratio).toBeCloseTo(1 / there.ratio, 10);
  expect(back.interval?.low).toBeCloseTo(1 / (there.interval?.high ?? 0), 10);
});

test("a single value on a side has a ratio and no interval", () => {
  const { ratio, interval } = estimateRatio([10], [20, 21]);
  expect(ratio).toBeCloseTo(Math.sqrt(420) / 10, 10);
  expect(interval).toBeNull();
  expect(estimateRatio([10, 11], [20]).interval).toBeNull();
});

test("values that are equal but for their rounding show no difference", () => {
  const { interval } = estimateRatio([12, 12], [12.01, 12.01]);
  expect(interval?.low).toBeLessThan(1);
  expect(interval?.high).toBeGreaterThan(1);
});

test("ninety-five of a hundred intervals hold the true ratio", () => {
  // A linear congruential generator and Box and Muller's method: the same numbers each time.
  let state = 1;
  const uniform = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const runs = (count: number, median: number, spread: number): number[] =>
    Array.from({ length: count }, () => median * Math.exp(spread * normal()));
  const trials = 4_000;
  let held = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const { interval } = estimateRatio(runs(4, 100, 0.05), runs(6, 130, 0.15));
    if (interval !== null && interval.low <= 1.3 && 1.3 <= interval.high) held += 1;
  }
  expect(held / trials).toBeGreaterThan(0.94);
  expect(held / trials).toBeLessThan(0.96);
});

test("the geometric mean of 2 and 8 is 4", () => {
  expect(geometricMean([2, 8])).toBeCloseTo(4, 10);
});
