import { expect, test } from "bun:test";
import { shareOf } from "./share.ts";

test("the shares of all generators are everything, and differ by one at most", () => {
  const shares = [0, 1, 2, 3].map((generator) => shareOf(10, { generator, generators: 4 }));
  expect(shares).toEqual([3, 3, 2, 2]);
  expect(shareOf(1, { generator: 1, generators: 2 })).toBe(0);
});
