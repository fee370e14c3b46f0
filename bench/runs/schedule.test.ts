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

test("a part of a second, which no figure could be told of, is a mistake", () => {
  const phases = [{ name: "short", seconds: 1.4, fromRate: 1, toRate: 1 }];
  expect(() => new Schedule({ warmUpSeconds: 0, phases })).toThrow(
    "short takes 1.4 s: only whole seconds count",
  );
});
