import { expect, test } from "bun:test";
import { newTimeline, TIMELINE_NUMBERS } from "./timeline.ts";

const NOW_MS = Date.UTC(2030, 5, 1);

test("a timeline begins above every number of a shop that was never restored, and those of a second before", () => {
  const first = newTimeline(TIMELINE_NUMBERS - 1, NOW_MS);
  expect(first).toBeGreaterThan(TIMELINE_NUMBERS);
  expect(newTimeline(0, NOW_MS + 1000)).toBe(first + TIMELINE_NUMBERS);
});

test("a clock that has gone back begins one after the last, and hardly ever the same one twice", () => {
  const last = newTimeline(0, NOW_MS);
  const begun = Array.from({ length: 8 }, () => newTimeline(last + 7, 0));
  for (const first of begun) {
    expect(first).toBeGreaterThan(last);
    expect(first % TIMELINE_NUMBERS).toBe(0);
  }
  expect(new Set(begun).size).toBeGreaterThan(1);
});

test("numbers are exact until 2094, and no timeline begins after that", () => {
  expect(Number.isSafeInteger(newTimeline(0, Date.UTC(2093, 11, 31)) + TIMELINE_NUMBERS)).toBe(true);
  expect(() => newTimeline(0, Date.UTC(2095, 0, 1))).toThrow("no timeline is left");
});
