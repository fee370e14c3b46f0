import { expect, test } from "bun:test";
import { Schedule } from "./schedule.ts";
import { testScenario } from "./testing/scenario.ts";

test("the warm-up comes before the phases and does not count", () => {
  const schedule = new Schedule(testScenario());
  expect(
    schedule.spans.map(({ name, fromSecond, toSecond, counts }) => [name, fromSecond, toSecond, counts]),
  ).toEqual([
    ["warm-up", 0, 2, false],
    ["calm", 2, 4, true],
    ["spike", 4, 6, true],
  ]);
  expect(schedule.totalSeconds).toBe(6);
});

test("a scenario without a warm-up begins with its first phase", () => {
  const schedule = new Schedule(testScenario({ warmUpSeconds: 0 }));
  expect(schedule.spans.map(({ name }) => name)).toEqual(["calm", "spike"]);
});

test("each second belongs to one span; those after the end to the last one", () => {
  const schedule = new Schedule(testScenario());
  expect([0, 1, 2, 3, 4, 5, 6, 99].map((second) => schedule.spanOf(second))).toEqual([
    0, 0, 1, 1, 2, 2, 2, 2,
  ]);
});

test("a second belongs to the span that most of it lies in", () => {
  const phases = [
    { name: "short", seconds: 1.4, fromRate: 1, toRate: 1 },
    { name: "shorter", seconds: 1.2, fromRate: 1, toRate: 1 },
  ];
  const schedule = new Schedule({ warmUpSeconds: 0, phases });
  expect([0, 1, 2].map((second) => schedule.spanOf(second))).toEqual([0, 1, 1]);
});
