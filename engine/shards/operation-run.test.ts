import { expect, test } from "bun:test";
import type { Data } from "../contract/data.ts";
import type { Operation, OperationProgress, OperationStore } from "../ports/operation-store.ts";
import type { HandOverRun } from "./hand-over-run.ts";
import type { OperationState } from "./move-progress.ts";
import { documentsOf, type MoveDocuments } from "./operation-documents.ts";
import { moveRequestOf } from "./operation-requests.ts";
import { OperationRun } from "./operation-run.ts";
import type { Plan } from "./plan.ts";

const SHARDS = [1, 2, 3];
const FROM = { node: "node-a", lane: 0 };
const TO = { node: "node-c", lane: 0 };

const LOAD = { before: 0, after: 0 };
const PLAN: Plan = {
  placementVersion: 1,
  moves: SHARDS.map((shard) => ({
    shard,
    from: FROM,
    to: TO,
    reason: "asked",
    pinned: true,
    source: LOAD,
    target: LOAD,
  })),
  skipped: [],
};

const MOVE: Operation = {
  id: "5f7c2e19-0000-8000-8000-000000000001",
  kind: "move",
  askedBy: "anna",
  documentVersion: 1,
  request: { type: "MoveShards", shards: SHARDS, node: "node-c", lane: null },
  plan: PLAN as unknown as Data,
  placementVersion: 1,
  state: null,
  result: null,
  status: "waiting",
  stepsDone: 0,
  stepsTotal: 0,
  revision: 1,
  createdAtMs: 1,
  updatedAtMs: 1,
  endedAtMs: null,
};

test("each shard is counted once, also when its target dies in the middle and no other plan can be made", async () => {
  let [stored, isTargetAlive] = [MOVE, true];
  const store = {
    update: async (_id: string, _revision: number, progress: OperationProgress) =>
      (stored = { ...stored, ...progress }),
  } as unknown as OperationStore;
  const run = new OperationRun(
    { operation: MOVE, documents: documentsOf(MOVE) as MoveDocuments, request: moveRequestOf(MOVE) },
    {
      store,
      term: 1,
      limits: { shardsTogetherMax: 1, handOversAtOnceMax: 1, roundsMax: 3 },
      placement: () => ({
        version: 1,
        shards: Array.from({ length: 4 }, () => ({ ...FROM, epoch: 1, pinned: false })),
      }),
      takesShards: () => isTargetAlive,
      beginHandOver: () => {
        isTargetAlive = false;
        const ended = Promise.resolve({ owner: "target", pauseMs: 5, phasesMs: {}, unheard: [] });
        return { ended } as unknown as HandOverRun;
      },
      plan: () => ({
        placementVersion: 2,
        moves: [],
        skipped: SHARDS.map((shard) => ({ shard, at: FROM, reason: "NO_SUCH_LANE" })),
      }),
      pin: () => Promise.resolve(),
    },
  );
  await run.run();
  expect(stored).toMatchObject({ status: "partly", stepsTotal: 3, result: { moved: 1, stayed: 2 } });
  const { moves, left } = stored.state as unknown as OperationState;
  expect(left).toEqual([]);
  expect(moves.map(({ shard, status }) => [shard, status])).toEqual([
    [1, "moved"],
    [2, "undone"],
    [3, "undone"],
  ]);
});
