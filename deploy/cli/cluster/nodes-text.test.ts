import { expect, test } from "bun:test";
import type { NodeDescription, ShardDescription } from "../../../engine/operator/cluster-description.ts";
import { nodeListText, nodeText } from "./nodes-text.ts";

const NODE: NodeDescription = {
  node: "node-b",
  state: "alive",
  cause: "beat",
  cordoned: false,
  draining: false,
  lanes: 2,
  laneLoads: [0.71, null],
  release: "1.0.0",
  expectedShards: 128,
  servingShards: 128,
};

function shardsOn(lane: number, numbers: readonly number[]): readonly ShardDescription[] {
  return numbers.map((shard) => ({
    shard,
    place: { node: "node-b", lane },
    pinned: shard === 2,
    load: shard === 0 ? null : 0.005,
    move: null,
  }));
}

test("a node's lanes are shown with what they have; many shards are cut, and it is said how to see all", () => {
  const even = Array.from({ length: 128 }, (_, index) => 2 * index);
  const text = nodeText({ node: NODE, shards: shardsOn(0, even) }, " --data here");
  expect(text).toBe(
    `node     node-b
state    alive
orders   none
serving  128/128 shards
release  1.0.0

LANE    CPU  LOAD  COUNT  PINNED  SHARDS
lane-0  .71  .64   128    1       0,2,4,6,8,10,12,14,16,18,20,22,24,26,…
lane-1  -    -     0      0       -
all: stampede shards list --node node-b --data here
`,
  );
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("short lists of shards are whole", () => {
  const text = nodeText({ node: NODE, shards: [...shardsOn(0, [0, 1, 2]), ...shardsOn(1, [7])] }, "");
  expect(text).toEndWith("lane-0  .71  .01   3      1       0-2\nlane-1  -    .01   1      0       7\n");
});

test("a node's state has its cause where something is wrong, and its notes what operators want", () => {
  const nodes: readonly NodeDescription[] = [
    NODE,
    { ...NODE, node: "node-c", state: "suspect", cause: "silence", cordoned: true, draining: true },
    { ...NODE, node: "node-d", state: "dead", cause: "databaseAway", cordoned: true, servingShards: 0 },
    {
      ...NODE,
      node: "node-e",
      state: "away",
      cause: null,
      release: null,
      servingShards: null,
      expectedShards: 0,
    },
    { ...NODE, node: "node-f", state: "left", cause: "goodbye" },
  ];
  expect(nodeListText({ coordinator: "node-b", isBalancingSuspended: true, nodes })).toBe(
    `NODE    STATE               LANES  SERVING  RELEASE  NOTES
node-b  alive               2      128/128  1.0.0    coordinator
node-c  suspect (silent)    2      128/128  1.0.0    draining
node-d  dead (no database)  2      0/128    1.0.0    cordoned
node-e  away                2      -/0      -
node-f  left                2      128/128  1.0.0
balancing is suspended; end that with: stampede shards rebalance resume
`,
  );
});
