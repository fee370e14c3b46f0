import { expect, test } from "bun:test";
import { momentOf, saleTime } from "./sale-time.ts";

const NOW_MS = Date.UTC(2026, 10, 27, 18);

test.each([
  ["now", 0],
  ["+90s", 90_000],
  ["+90m", 5_400_000],
  ["+2h", 7_200_000],
  ["+1d", 86_400_000],
  ["2026-11-27T19:00Z", 3_600_000],
  ["2026-11-27T18:00:30+01:00", -3_570_000],
])("%s is a moment", (text, distanceMs) => {
  expect(momentOf(saleTime(text), NOW_MS) - NOW_MS).toBe(distanceMs);
});

test.each(["", "2h", "+2", "+2w", "-2h", "tomorrow", "2026-11-27", "2026-11-27T18:00", "1969-12-31T00:00Z"])(
  "%p is none",
  (text) => {
    expect(() => saleTime(text)).toThrow("a date with time and zone");
  },
);

test.each(["2026-11-31T18:00Z", "2026-11-27T25:00Z"])(
  "%s is told to be no day, or no time of one",
  (text) => {
    expect(() => saleTime(text)).toThrow("There is no such day, or no such time of it.");
  },
);
