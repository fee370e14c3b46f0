import { expect, test } from "bun:test";
import { shrink } from "./shrink.ts";

const ALL = Array.from({ length: 40 }, (_, index) => `drop@${index}`);

test("what is not needed is left out, however far apart the rest is", async () => {
  const fails = (some: readonly string[]): boolean => some.includes("drop@3") && some.includes("drop@31");
  expect(await shrink(ALL, fails, 1_000)).toEqual(["drop@3", "drop@31"]);
});

test("a failure that needs no fault shrinks to none", async () => {
  expect(await shrink(ALL, () => true, 1_000)).toEqual([]);
});

test("a failure that needs every fault stays as it is", async () => {
  expect(await shrink(ALL, (some) => some.length === ALL.length, 1_000)).toEqual(ALL);
});

test.each([1, 4, 5, 9])("it stops when it has asked %d times, with what still fails", async (attemptsMax) => {
  let asked = 0;
  const fails = (): boolean => {
    asked += 1;
    return false;
  };
  expect(await shrink(ALL, fails, attemptsMax)).toEqual(ALL);
  expect(asked).toBe(attemptsMax);
});
