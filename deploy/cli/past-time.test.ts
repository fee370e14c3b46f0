import { expect, test } from "bun:test";
import { pastTime } from "./past-time.ts";

const NOW = Date.parse("2026-11-21T14:00:00Z");
const parse = pastTime(NOW);

test.each([
  ["2026-11-01", "2026-11-01T00:00:00Z"],
  ["2026-11-01T10:30Z", "2026-11-01T10:30:00Z"],
  ["2026-11-01T10:30:15.250+02:00", "2026-11-01T08:30:15.250Z"],
  ["2024-02-29", "2024-02-29T00:00:00Z"],
  ["30m", "2026-11-21T13:30:00Z"],
  ["12h", "2026-11-21T02:00:00Z"],
  ["30d", "2026-10-22T14:00:00Z"],
  ["2w", "2026-11-07T14:00:00Z"],
  ["0h", "2026-11-21T14:00:00Z"],
])("%s is %s", (text, meant) => {
  expect(parse(text)).toBe(Date.parse(meant));
});

test.each([
  "",
  "yesterday",
  "30",
  "30y",
  "-1d",
  "2026-02-30",
  "2025-02-29",
  "2026-13-01",
  "2026-11-01T10:30",
  "2026-11-01T25:00Z",
  "01.11.2026",
])("%p is refused with what it may be", (text) => {
  expect(() => parse(text)).toThrow("It must be a date");
});

test.each(["2026-11-22", "2026-11-21T14:00:01Z"])("%s, which is to come, is refused", (text) => {
  expect(() => parse(text)).toThrow("in the past; it is now 2026-11-21T14:00Z");
});
