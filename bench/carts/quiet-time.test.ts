import { expect, test } from "bun:test";
import { quietTime } from "./quiet-time.ts";

test("quiet time that is cut short is as long as it was", async () => {
  const told = new AbortController();
  const passed: number[] = [];
  const tell = (seconds: number): void => {
    passed.push(seconds);
    told.abort();
  };
  expect(await quietTime(3_600, { signal: told.signal, passed: tell })).toBe(0);
  expect(passed).toEqual([0]);
});
