import { expect, test } from "bun:test";
import { changeText, compareFigures, type Pair } from "./change-report.ts";
import type { WorkloadFigures } from "./workload.ts";

function figures(cpuMicrosPerUnit: number, rows = 2): WorkloadFigures {
  return { name: "orders", unit: "order", cpuMicrosPerUnit, quantities: { rows } };
}

test("a change that takes more in every pair is said to take more", () => {
  const pairs: readonly Pair[] = [100, 140, 90, 120].map((micros) => [
    [figures(micros)],
    [figures(micros * 1.2 + 0.1, 3)],
  ]);
  const [change] = compareFigures(pairs);
  expect(change?.cpu.ratio).toBeCloseTo(1.2, 2);
  expect(change?.quantities).toEqual([{ name: "rows", base: 2, change: 3 }]);
  expect(changeText(compareFigures(pairs))).toContain(
    "| orders | CPU, µs per order | 111 | 133 | 1.2 (1.2–1.2) | more |",
  );
});

test("the ratio is that of the figures beside it", () => {
  const pairs: readonly Pair[] = [
    [[figures(100)], [figures(300)]],
    [[figures(400)], [figures(300)]],
  ];
  const [change] = compareFigures(pairs);
  expect(change?.baseMicros).toBeCloseTo(200, 9);
  expect(change?.changeMicros).toBeCloseTo(300, 9);
  expect(change?.cpu.ratio).toBeCloseTo(1.5, 9);
});

test("a change within what the machine does anyway shows no difference", () => {
  const pairs: readonly Pair[] = [
    [[figures(100)], [figures(110)]],
    [[figures(110)], [figures(100)]],
    [[figures(100)], [figures(101)]],
  ];
  expect(changeText(compareFigures(pairs))).toContain("| no difference shown |");
});

test("what only one of the trees does is left out", () => {
  expect(compareFigures([[[], [figures(100)]]])).toEqual([]);
});
