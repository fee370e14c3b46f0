import { expect, test } from "bun:test";
import type { ClusterChange } from "../../../engine/operator/cluster-change.ts";
import type { ClusterPlan } from "../../../engine/operator/cluster-plan.ts";
import { planText } from "./plan-text.ts";

const DRAIN: ClusterPlan = {
  id: "p-41",
  version: 812,
  change: { type: "DrainNode", node: "node-b" },
  prechecks: [],
  moves: [
    {
      shard: 17,
      from: { node: "node-b", lane: 2 },
      to: { node: "node-c", lane: 0 },
      reason: "drain",
      pinned: false,
      source: { before: 0.81, after: 0.64 },
      target: { before: 0.2, after: 0.37 },
    },
    {
      shard: 203,
      from: { node: "node-b", lane: 10 },
      to: { node: "node-a", lane: 1 },
      reason: "drain",
      pinned: false,
      source: { before: 12, after: 11 },
      target: { before: 1, after: 2 },
    },
  ],
  skipped: [{ shard: 3, at: { node: "node-b", lane: 1 }, reason: "NO_CAPACITY" }],
  nothing: null,
  pauseMs: 39.2,
  shardsAtOnceMax: 8,
};

function firstAndLast(plan: Partial<ClusterPlan>): readonly (string | undefined)[] {
  const lines = planText({ ...DRAIN, ...plan }, "")
    .trimEnd()
    .split("\n");
  return [lines[0], lines.at(-1)];
}

test("a plan says what moves where and why, what stays, and how to carry it out", () => {
  expect(planText(DRAIN, " --data here")).toBe(
    `PLAN p-41  table v812   drain node-b: 2 of 3 shards, 2 at a time, pause about 40 ms each
shard/17   node-b/lane-2 -> node-c/lane-0   drain  load .81 -> .64
shard/203  node-b/lane-10 -> node-a/lane-1  drain  load 12.00 -> 11.00
shard/3    node-b/lane-1 -> SKIP            NO_CAPACITY
carry out with: stampede nodes drain node-b --plan p-41 --data here
`,
  );
});

test("a shard that nobody has is shown with the load of where it goes", () => {
  const [move] = DRAIN.moves;
  if (move === undefined) throw new Error("the plan has moves");
  const moves = [{ ...move, from: undefined, source: undefined }];
  expect(planText({ ...DRAIN, moves, skipped: [] }, "")).toContain(
    "drain node-b: 1 shard, pause about 40 ms\nshard/17  nobody -> node-c/lane-0  drain  load .20 -> .37\n",
  );
});

test("a plan that is refused says so, and not how to carry it out", () => {
  const prechecks = [{ code: "NO_CAPACITY", detail: "There is no room.", field: "node" }];
  expect(planText({ ...DRAIN, moves: [], skipped: [], prechecks }, "")).toBe(
    "PLAN p-41  table v812   drain node-b\nREFUSED NO_CAPACITY: There is no room.\n",
  );
});

test("a drain without moves still closes its node; what would do nothing says why, and not how to carry it out", () => {
  const empty = { moves: [], skipped: [] };
  expect(firstAndLast(empty)).toEqual([
    "PLAN p-41  table v812   drain node-b: no shard moves",
    "carry out with: stampede nodes drain node-b --plan p-41",
  ]);
  const useless = { ...empty, change: { type: "Rebalance" }, nothing: "All is well." } as const;
  expect(planText({ ...DRAIN, ...useless }, "")).toBe(
    "PLAN p-41  table v812   rebalance\nnothing to do: All is well.\n",
  );
});

const commands: readonly (readonly [change: ClusterChange, command: string])[] = [
  [
    { type: "MoveShards", shards: [9, 3, 8], node: "node-b", lane: 1 },
    "shards move 3,8-9 --to node-b/lane-1",
  ],
  [{ type: "MoveShards", shards: [3], node: "node-b", lane: null }, "shards move 3 --to node-b"],
  [{ type: "PinShards", shards: [3] }, "shards pin 3"],
  [{ type: "UnpinShards", shards: [3] }, "shards unpin 3"],
  [{ type: "Rebalance" }, "shards rebalance"],
  [{ type: "SuspendRebalancing" }, "shards rebalance suspend"],
  [{ type: "ResumeRebalancing" }, "shards rebalance resume"],
  [{ type: "CordonNode", node: "node-b" }, "nodes cordon node-b"],
  [{ type: "UndrainNode", node: "node-b" }, "nodes undrain node-b"],
];

test.each(commands)("%j is carried out with: %s", (change, command) => {
  expect(firstAndLast({ change })[1]).toBe(`carry out with: stampede ${command} --plan p-41`);
});
