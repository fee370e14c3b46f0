import { expect, test } from "bun:test";
import { compareSides } from "./comparison.ts";
import { comparisonText } from "./comparison-text.ts";
import { sampleSide } from "./testing/sample-side.ts";

test("a comparison for people has both sides, each measure in line, and how far to trust it", () => {
  const lines = comparisonText(
    compareSides(sampleSide("before", [100, 102, 98]), sampleSide("after", [150, 153, 147])),
  ).split("\n");
  expect(lines.slice(0, 6)).toEqual([
    "sample on Sample Processor, 2 cores",
    "A  before: 3 runs of Stampede 0.1.0",
    "B  after: 3 runs of Stampede 0.1.0",
    "",
    "                                      A          B    B / A              95 %",
    "orders/s                          100.0      150.0    1.500     1.434 … 1.570   faster",
  ]);
  expect(lines.find((line) => line.startsWith("whole order p99, ms"))).toEndWith("no difference shown");
  expect(lines).toContain("Of 15 measures, about one in 20 shows a difference by chance alone.");
  expect(lines.at(-1)).toStartWith("note: B: 3 of 3 runs dropped arrivals");
});

test("without repetitions the interval is unknown", () => {
  const text = comparisonText(compareSides(sampleSide("before", [100]), sampleSide("after", [150])));
  expect(text).toMatch(/^orders\/s +100\.0 +150\.0 +1\.500 +unknown {3}one run only$/m);
  expect(text).not.toContain("by chance alone");
});
