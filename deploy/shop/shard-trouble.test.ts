import { expect, test } from "bun:test";
import { shardTrouble } from "./shard-trouble.ts";

test.each([
  ["all are served", 85, 85, 0, undefined],
  ["the placement gives it none", 0, 0, 0, undefined],
  ["some are on their way", 84, 85, 0, "84 of 85 shards are served"],
  ["one cannot be read: shoppers of all others are welcome", 84, 85, 1, undefined],
  ["one cannot be read, and another one is on its way", 83, 85, 1, "83 of 85 shards are served"],
  ["most cannot be read: the node may be at fault", 42, 85, 43, "42 of 85 shards are served"],
  ["none can be read", 0, 85, 85, "0 of 85 shards are served"],
])("%s", (_, serving, expected, unreadable, trouble) => {
  expect(shardTrouble({ serving, expected }, unreadable)).toBe(trouble);
});
