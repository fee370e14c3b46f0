import { expect, test } from "bun:test";
import type { Data } from "../../../engine/contract/data.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import type { MoveProgress, OperationState } from "../../../engine/shards/move-progress.ts";
import { summarize } from "./operation-summary.ts";
import { summaryText } from "./operation-text.ts";

function move(shard: number, progress: Partial<MoveProgress>): MoveProgress {
  return {
    shard,
    from: { node: "node-b", lane: 0 },
    to: { node: "node-c", lane: 0 },
    reason: "drain",
    pinned: false,
    status: "moved",
    pauseMs: null,
    trouble: null,
    ...progress,
  };
}

function operation(moves: readonly MoveProgress[], more: Partial<Operation> = {}): Operation {
  const state: OperationState = { cancelledBy: null, moves, left: [] };
  return {
    id: "01a1ff3d-618c-7744-a5b8-39d7b5455fdd",
    kind: "drain",
    status: "done",
    askedBy: "anna",
    documentVersion: 1,
    request: null,
    plan: null,
    placementVersion: 1,
    state: state as unknown as Data,
    stepsDone: 0,
    stepsTotal: moves.length,
    result: null,
    revision: 1,
    createdAtMs: 1_000,
    updatedAtMs: 4_000,
    endedAtMs: 4_000,
    ...more,
  };
}

test("pauses are told by their quantiles, and the slowest shards by name", () => {
  const moves = Array.from({ length: 200 }, (_, shard) => move(shard, { pauseMs: shard + 1 }));
  const drain = operation(moves);
  const summary = summarize(drain);
  expect(summary.pauses).toEqual({
    minMs: 1,
    p50Ms: 100,
    p99Ms: 198,
    maxMs: 200,
    slowest: [199, 198, 197, 196, 195].map((shard) => ({ shard, pauseMs: shard + 1 })),
  });
  expect(summaryText(drain, summary)).toBe(
    `drain done in 3s: 200 of 200 shards moved
clients waited  min 1 ms  p50 100 ms  p99 198 ms  max 200 ms
slowest  shard/199 200 ms, shard/198 199 ms, shard/197 198 ms, shard/196 197 ms, shard/195 196 ms
`,
  );
});

test("one shard is all quantiles at once", () => {
  const { pauses } = summarize(operation([move(7, { pauseMs: 4.25 })]));
  expect(pauses).toMatchObject({ minMs: 4.25, p50Ms: 4.25, p99Ms: 4.25, maxMs: 4.25 });
});

test("shards that are on their way are told with their phase and trouble, others with why they stay", () => {
  const moves = [
    move(1, { status: "moving" }),
    move(2, { status: "moving" }),
    move(3, { status: "moving", trouble: "it was late before" }),
    move(4, { status: "undone", trouble: "node-c takes no shards at present" }),
    move(5, { status: "waiting" }),
  ];
  const running = operation(moves, { status: "running", endedAtMs: null });
  const shard = { place: null, pinned: false, load: null };
  const summary = summarize(running, [
    { ...shard, shard: 1, move: { phase: "adopting", trouble: null } },
    { ...shard, shard: 2, move: { phase: "preparing", trouble: "node-c, Prepare: late" } },
  ]);
  expect(summaryText(running, summary)).toBe(
    `drain running: 0 of 5 shards moved
on the way  shard/1  adopting
on the way  shard/2  preparing: node-c, Prepare: late
on the way  shard/3  moving: it was late before
stays  shard/4  node-c takes no shards at present
waiting  1 shard
`,
  );
  expect(summary.underway.map(({ isHeldUp }) => isHeldUp)).toEqual([false, true, true]);
});

test("a move to where shards are already says that it has pinned them", () => {
  const pinned = operation([], { kind: "move" });
  expect(summaryText(pinned, summarize(pinned))).toBe(
    "move done in 3s: the shards were there already, and are pinned there now\n",
  );
});

test("an operation whose turn has not come has moved nothing", () => {
  const waiting = operation([], { status: "waiting", state: null, stepsTotal: 3 });
  const summary = summarize(waiting);
  expect(summary).toMatchObject({ moved: 0, asked: 3, pauses: null, waiting: 3 });
  const [from, to] = [
    { node: "node-b", lane: 0 },
    { node: "node-c", lane: 0 },
  ];
  const plan = { moves: [{ shard: 1, from, to, reason: "drain", pinned: false }], skipped: [] };
  const planned = operation([], { status: "waiting", state: null, plan });
  expect(summaryText(planned, summarize(planned))).toBe(
    "drain waiting: 0 of 1 shards moved\nwaiting  1 shard\n",
  );
});

test("an operation that was cancelled names who wanted that", () => {
  const state: OperationState = {
    cancelledBy: "berta",
    moves: [move(1, { status: "undone" })],
    left: [],
  };
  const cancelled = operation([], { status: "cancelled", state: state as unknown as Data });
  expect(summaryText(cancelled, summarize(cancelled)).split("\n")[0]).toBe(
    "drain cancelled by berta in 3s: 0 of 1 shards moved",
  );
});

test("of many shards that stay only some are named", () => {
  const moves = Array.from({ length: 25 }, (_, shard) => move(shard, { status: "undone" }));
  const partly = operation(moves, { status: "partly" });
  const lines = summaryText(partly, summarize(partly)).trimEnd().split("\n");
  expect([lines.length, lines.at(-1)]).toEqual([22, "stays  and 5 more"]);
});

test("a shard that has moved and of which some node never heard is told with that node", () => {
  const moves = [
    move(1, { pauseMs: 20, trouble: "it serves, and node-d never said that it sends there" }),
    move(2, { pauseMs: 20 }),
  ];
  const partly = operation(moves, { status: "partly" });
  expect(summaryText(partly, summarize(partly)).trimEnd().split("\n").at(-1)).toBe(
    "moved  shard/1  it serves, and node-d never said that it sends there",
  );
});

test("a fail-over is told with whose shards they were and why, and how long until they were served", () => {
  const request = {
    type: "FailOver",
    nodes: [{ node: "node-c", cause: "silence" }],
    given: [
      { shard: 3, node: "node-a" },
      { shard: 8, node: "node-b" },
    ],
  };
  const result = { served: 2, movedOn: 0, unserved: 0, servedAfterMs: 312 };
  const over = operation([], { kind: "failover", request, result });
  expect(summaryText(over, summarize(over))).toBe(
    "failover done: 2 shards of node-c (silent), 2 served by those who got them after 312 ms\n",
  );
  const running = operation([], { kind: "failover", request, status: "running" });
  expect(summaryText(running, summarize(running))).toBe("failover running: 2 shards of node-c (silent)\n");
});
