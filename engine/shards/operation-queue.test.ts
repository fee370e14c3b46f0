import { expect, test } from "bun:test";
import type { Operation, OperationStore } from "../ports/operation-store.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { OperationQueue } from "./operation-queue.ts";
import { defaultOperationLimits } from "./operation-run.ts";

const RETRY_MS = 1_000;

const WAITING: Operation = {
  id: "5f7c2e19-0000-8000-8000-000000000001",
  kind: "rebalance",
  askedBy: "anna",
  documentVersion: 1,
  request: { type: "Rebalance" },
  plan: null,
  placementVersion: null,
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

test("an operation that can be read and not stored is tried again now and then, and not without a pause", async () => {
  const [clock, log] = [new ManualClock(), new CollectingLog()];
  let [updates, isReadOnly] = [0, true];
  let open: readonly Operation[] = [WAITING];
  const store = {
    open: async () => open,
    update: async (_id: string, _revision: number, progress: Partial<Operation>) => {
      updates += 1;
      // A queue that never pauses lets nothing else happen.
      if (updates > 50) open = [];
      if (isReadOnly) throw new Error("the store is read-only");
      if (progress.status === "done") open = [];
      return { ...WAITING, ...progress };
    },
  } as unknown as OperationStore;
  const queue = new OperationQueue({
    store,
    term: 1,
    limits: defaultOperationLimits,
    clock,
    log,
    retryMs: RETRY_MS,
    placement: () => ({ version: 1, shards: [] }),
    takesShards: () => true,
    beginHandOver: () => {
      throw new Error("nothing has to move");
    },
    plan: () => ({ placementVersion: 1, moves: [], skipped: [], lanes: [] }),
    pin: () => Promise.resolve(),
    endRecords: () => Promise.resolve(),
    termOver: () => undefined,
  });
  queue.wake();
  await clock.settle();
  expect(updates).toBe(1);
  await clock.advance(3 * RETRY_MS);
  expect([updates, log.warnings.length]).toEqual([4, 4]);
  isReadOnly = false;
  await clock.advance(RETRY_MS);
  expect([open, queue.isBusy]).toEqual([[], false]);
  queue.stop();
});
