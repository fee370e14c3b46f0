import { expect, test } from "bun:test";
import { parseDuration } from "./duration.ts";

test("a duration is a number with its unit, or several of them", () => {
  expect(["250ms", "10s", "1.5s", "2m", "1m30s", "1h", "0s"].map(parseDuration)).toEqual([
    250, 10_000, 1_500, 120_000, 90_000, 3_600_000, 0,
  ]);
});

test("a part of a minute or of an hour is as exact as it is written", () => {
  expect(["4.35m", "1.1h", "2.3h", "0.5ms"].map(parseDuration)).toEqual([261_000, 3_960_000, 8_280_000, 0.5]);
});

test("what has no unit, another one, or something else in it, is none", () => {
  for (const text of ["", "10", "s", "10d", "-1s", "1s ", "1 s", "1s2"])
    expect(parseDuration(text)).toBeUndefined();
});
