import { expect, test } from "bun:test";
import { clockText, countdown, countdownParts, spokenText } from "./countdown.ts";

const MINUTE_MS = 60_000;

test("what is left is split into days, hours, minutes and started seconds", () => {
  const leftMs = ((2 * 24 + 3) * 60 + 4) * MINUTE_MS + 5_000;
  expect(countdown(leftMs)).toEqual({ days: 2, hours: 3, minutes: 4, seconds: 5 });
  expect(countdown(1)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 1 });
  expect(countdown(-5_000)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
});

test("a hold's time is minutes and seconds, and stays at zero once it is over", () => {
  expect(clockText(10 * MINUTE_MS)).toBe("10:00");
  expect(clockText(59_001)).toBe("01:00");
  expect(clockText(59_000)).toBe("00:59");
  expect(clockText(100 * MINUTE_MS)).toBe("100:00");
  expect(clockText(-1)).toBe("00:00");
});

test("the two largest parts are said in words", () => {
  expect(spokenText(26 * 60 * MINUTE_MS + 5_000)).toBe("1 day and 2 hours");
  expect(spokenText(61_000)).toBe("1 minute and 1 second");
  expect(spokenText(0)).toBe("no time");
});

test("a countdown begins with the first part that something is left of, and has minutes and seconds to its end", () => {
  const shown = (leftMs: number) => countdownParts(leftMs).map(([value, unit]) => `${value} ${unit}`);
  expect(shown(24 * 60 * MINUTE_MS)).toEqual(["1 days", "0 hrs", "0 min", "0 sec"]);
  expect(shown(61 * MINUTE_MS)).toEqual(["1 hrs", "1 min", "0 sec"]);
  expect(shown(5_000)).toEqual(["0 min", "5 sec"]);
});
