import { expect, test } from "bun:test";
import type { ConsoleShard } from "../../protocol/console-line.ts";
import { loadStep, shardGroups, shardText } from "./shard-groups.ts";

const IDLE: ConsoleShard = { node: "node-a", lane: 0, pinned: false, load: null, move: null };

test("shards stand by node and lane in the order of numbers, and those of nobody come first", () => {
  const groups = shardGroups([
    { ...IDLE, lane: 10 },
    { ...IDLE, lane: 2 },
    IDLE,
    { ...IDLE, node: null },
    IDLE,
  ]);
  expect(groups.map(({ name, shards }) => [name, shards.map(({ shard }) => shard)])).toEqual([
    ["of no node", [3]],
    ["node-a lane 0", [2, 4]],
    ["node-a lane 2", [1]],
    ["node-a lane 10", [0]],
  ]);
});

test("all that is marked by a square is said in words, too", () => {
  expect(shardText({ ...IDLE, shard: 7 })).toBe("Shard 7: node-a lane 0, load not measured");
  const move = { phase: "replay", trouble: "node-b is late" };
  expect(shardText({ ...IDLE, shard: 7, node: null, pinned: true, load: 0.0123, move })).toBe(
    "Shard 7: belongs to no node, 1.2 % of a core, pinned, moves (replay), held up: node-b is late",
  );
  expect([null, 0.01, 0.05, 0.5].map((load) => loadStep({ load }))).toEqual([0, 1, 2, 3]);
});
