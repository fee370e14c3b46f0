import { expect, test } from "bun:test";
import { studentTQuantile } from "./student-t.ts";

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975 and 0.995.
const tabled: readonly (readonly [confidence: number, degreesOfFreedom: number, quantile: number])[] = [
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.95, 3, 3.182],
  [0.95, 8, 2.306],
  [0.95, 10, 2.228],
  [0.95, 30, 2.042],
  [0.95, 100, 1.984],
  [0.99, 1, 63.657],
  [0.99, 5, 4.032],
  [0.99, 30, 2.75],
];

for (const [confidence, degreesOfFreedom, quantile] of tabled) {
  test(`${confidence} with ${degreesOfFreedom} degrees of freedom is ${quantile}, as in the tables`, () => {
    expect(Math.abs(studentTQuantile(confidence, degreesOfFreedom) - quantile)).toBeLessThan(0.0006);
  });
}

test("between two whole degrees of freedom the quantile is between theirs", () => {
  const quantile = studentTQuantile(0.95, 2.5);
  expect(quantile).toBeGreaterThan(3.182);
  expect(quantile).toBeLessThan(4.303);
});

test("many degrees of freedom come to the normal distribution", () => {
  expect(studentTQuantile(0.95, 1e7)).toBeCloseTo(1.959964, 5);
});
