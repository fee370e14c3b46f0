import { expect, test } from "bun:test";
import { InvalidArgumentError } from "commander";
import { duration, durationText } from "./duration.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
] as const)("%s is a duration", (text, ms) => {
  expect(duration(text)).toBe(ms);
});

test.each(["", "30", "s", "0s", "-1s", "1.5s", "1 s", "597h", "9999999h"])("%p is none", (text) => {
  expect(() => duration(text)).toThrow(InvalidArgumentError);
});

test.each([
  [0, "0ms"],
  [999, "999ms"],
  [12_345, "12s"],
  [119_999, "119s"],
  [120_000, "2m"],
  [7_200_000, "2h"],
  [172_800_000, "2d"],
] as const)("%d ms are written as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
