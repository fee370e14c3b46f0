import { expect, test } from "bun:test";
import type { ShardDescription } from "../../../engine/operator/cluster-description.ts";
import { shardListText, shardText } from "./shards-text.ts";

const SHARD: ShardDescription = {
  shard: 3,
  place: { node: "node-a", lane: 1 },
  pinned: false,
  load: 0.0042,
  move: null,
};

test("shards are shown with what they cost of a core, however little", () => {
  const unmeasured = { ...SHARD, shard: 4, load: null, pinned: true };
  const busy = { ...SHARD, shard: 5, load: 1.25 };
  const answer = { version: 812, isBalancingSuspended: true, shards: [SHARD, unmeasured, busy] };
  expect(shardListText(answer, " --data shop")).toBe(
    `SHARD    PLACE          LOAD   PINNED  MOVE
shard/3  node-a/lane-1  .004
shard/4  node-a/lane-1  -      pinned
shard/5  node-a/lane-1  1.250
3 shards, table v812
balancing is suspended; end that with: stampede shards rebalance resume --data shop
`,
  );
  expect(shardText(SHARD)).toContain("load    .004\n");
});
