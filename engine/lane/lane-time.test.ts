import { expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { LaneTime } from "./lane-time.ts";

const START_MS = 1_000_000;
const HOUR_MS = 3_600_000;

test("it is the clock's while the clock goes on", async () => {
  const clock = new ManualClock(START_MS);
  const time = new LaneTime(clock);
  expect(time.nowMs()).toBe(START_MS);
  await clock.advance(17);
  expect(time.nowMs()).toBe(START_MS + 17);
  clock.setBack(-HOUR_MS);
  expect(time.nowMs()).toBe(START_MS + HOUR_MS + 17);
});

test("it is a whole number that never falls, and passes half as fast until the clock has caught up", async () => {
  const clock = new ManualClock(START_MS);
  const time = new LaneTime(clock);
  time.nowMs();
  clock.setBack(8);
  const told: number[] = [];
  for (let passedMs = 0; passedMs <= 18; passedMs += 1) {
    told.push(time.nowMs() - START_MS);
    await clock.advance(1);
  }
  expect(told).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10]);
});

test("it passes half as fast also when nobody asks for long", async () => {
  const clock = new ManualClock(START_MS);
  const time = new LaneTime(clock);
  time.nowMs();
  clock.setBack(HOUR_MS);
  time.nowMs();
  await clock.advance(600_000);
  expect(time.nowMs()).toBe(START_MS + 300_000);
  await clock.advance(2 * HOUR_MS);
  expect(time.nowMs()).toBe(clock.nowMs());
});

test("it goes on from a moment that the journal knows, however long nobody has asked", async () => {
  const clock = new ManualClock(START_MS);
  const time = new LaneTime(clock);
  time.notBefore(START_MS + HOUR_MS);
  expect(time.nowMs()).toBe(START_MS + HOUR_MS);
  await clock.advance(600_000);
  time.notBefore(START_MS + 2 * HOUR_MS);
  expect(time.nowMs()).toBe(START_MS + 2 * HOUR_MS);
  time.notBefore(START_MS);
  expect(time.nowMs()).toBe(START_MS + 2 * HOUR_MS);
});

test("the clock as it is can be asked for as well", () => {
  const clock = new ManualClock(START_MS);
  const time = new LaneTime(clock);
  time.notBefore(START_MS + HOUR_MS);
  expect(time.clockMs()).toBe(START_MS);
});
