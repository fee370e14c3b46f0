import { expect, test } from "bun:test";
import { RunClock } from "./run-clock.ts";

/** A clock with arrivals at these times of a run that begins at 1,000 ms, and what it tells. */
function clockWith(arrivals: readonly number[]) {
  const told: string[] = [];
  const left = [...arrivals];
  const clock = new RunClock(
    () => {
      const atMs = left.shift();
      return atMs === undefined ? undefined : { atMs, basket: undefined };
    },
    {
      arrived: (_, dueMs, nowMs) => void told.push(`arrival ${dueMs} at ${nowMs}`),
      secondPassed: () => void told.push("second"),
    },
  );
  clock.begin(1_000);
  return { clock, told };
}

test("arrivals and seconds are told in their order, however late the clock is looked at", () => {
  const { clock, told } = clockWith([100, 1_000, 1_500, 9_000]);
  clock.passed(1_099);
  expect(told).toEqual([]);
  clock.passed(4_000);
  clock.stop();
  expect(told).toEqual([
    "arrival 1100 at 4000",
    // What is due as a second begins belongs to that second.
    "second",
    "arrival 2000 at 4000",
    "arrival 2500 at 4000",
    "second",
    "second",
  ]);
});

test("without arrivals seconds go on, and nothing is told after the end", () => {
  const { clock, told } = clockWith([100, 1_100]);
  clock.passed(1_100);
  clock.stopArrivals();
  clock.passed(3_500);
  expect(told).toEqual(["arrival 1100 at 1100", "second", "second"]);
  clock.stop();
  clock.passed(9_000);
  expect(told).toHaveLength(3);
});

test("a second that begins before its time is as long as any other", () => {
  const { clock, told } = clockWith([]);
  clock.passed(1_400);
  clock.beginSecond(1_400);
  clock.passed(2_399);
  expect(told).toEqual([]);
  clock.passed(2_400);
  clock.stop();
  expect(told).toEqual(["second"]);
});

test("nobody has to look: what is due is told by itself", async () => {
  const arrived = Promise.withResolvers<number>();
  let next = 20;
  const clock = new RunClock(() => ({ atMs: (next += 1), basket: undefined }), {
    arrived: (_, dueMs, nowMs) => arrived.resolve(nowMs - dueMs),
    secondPassed: () => undefined,
  });
  clock.begin(performance.now());
  expect(await arrived.promise).toBeGreaterThanOrEqual(0);
  clock.stop();
});
