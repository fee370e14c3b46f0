import { expect, test } from "bun:test";
import { InvalidArgumentError } from "commander";
import { shardNumbers, shardsText } from "./shard-numbers.ts";

test.each([
  ["3", [3]],
  ["3,5-9", [3, 5, 6, 7, 8, 9]],
  ["9, 5-7,6,5", [5, 6, 7, 9]],
  ["4-4", [4]],
] as const)("%s are shards", (text, shards) => {
  expect(shardNumbers(text)).toEqual([...shards]);
});

test.each(["", "x", "1,", "-1", "5-3", "1.5", "1-2-3", "65536", "0-99999", "0-4096"])(
  "%p are no shards",
  (text) => {
    expect(() => shardNumbers(text)).toThrow(InvalidArgumentError);
  },
);

test("shards are written as they are read", () => {
  expect([shardsText([9, 5, 3, 6, 7, 8]), shardsText([1, 2]), shardsText([])]).toEqual(["3,5-9", "1-2", ""]);
  for (let seed = 1; seed < 2 ** 10; seed += 1) {
    const shards = Array.from({ length: 10 }, (_, shard) => shard).filter(
      (shard) => (seed >> shard) % 2 === 1,
    );
    expect(shardNumbers(shardsText(shards))).toEqual(shards);
  }
});
