import { expect, test } from "bun:test";
import { axisMax, chartLines } from "./chart-lines.ts";

test("a line breaks where nobody has watched, and leaves out what is not known", () => {
  const frame = { fromMs: 0, toMs: 100_000, valueMax: 10, width: 100, height: 50 };
  const at = (second: number, value: number | null) => ({ atMs: second * 1_000, value });
  expect(chartLines([at(-1, 9), at(0, 0), at(1, null), at(2, 10), at(50, 5), at(51, 99)], frame)).toEqual([
    "0.0,50.0 2.0,0.0",
    "50.0,25.0 51.0,0.0",
  ]);
  expect(chartLines([at(1, null)], frame)).toEqual([]);
});

test("an axis ends at the next round number", () => {
  expect([0, 1, 1.2, 7, 11, 230, 501].map(axisMax)).toEqual([1, 1, 2, 10, 20, 500, 1_000]);
});
