import { expect, test } from "bun:test";
import type { Data } from "../contract/data.ts";
import type { Operation } from "../ports/operation-store.ts";
import { UnreadableDocument } from "./document-field.ts";
import type { FailOverRequest } from "./fail-over-documents.ts";
import { documentsOf } from "./operation-documents.ts";

const PLACE = { node: "node-a", lane: 0 };
const MOVE = { shard: 3, from: PLACE, to: { node: "node-b", lane: 1 }, reason: "asked", pinned: true };
const LEFT = { shard: 4, at: PLACE, reason: "PINNED" };
const PROGRESS = {
  ...MOVE,
  status: "moved",
  pauseMs: 12.5,
  phasesMs: { finishing: 4, adopting: 8.5 },
  trouble: null,
};
const STATE = {
  cancelledBy: null,
  moves: [PROGRESS, { ...MOVE, status: "waiting", pauseMs: null, trouble: null }],
  left: [LEFT],
};
const PLAN = {
  placementVersion: 7,
  moves: [
    { ...MOVE, source: { before: 1, after: 0 }, target: { before: 0, after: 1 } },
    { ...MOVE, from: undefined },
  ],
  skipped: [LEFT, { shard: 5, reason: "NO_SUCH_SHARD" }],
};
const FAILOVER: FailOverRequest = {
  type: "FailOver",
  nodes: [{ node: "node-a", cause: "silence" }],
  given: [{ shard: 3, node: "node-b" }],
};
const RESULT = { served: 1, movedOn: 0, unserved: 0, servedAfterMs: 210 };

/** An operation as it comes out of a store. */
function stored(
  kind: Operation["kind"],
  documents: Readonly<Record<string, unknown>>,
  documentVersion = 1,
): Operation {
  const read = JSON.parse(JSON.stringify(documents)) as Readonly<Record<string, Data>>;
  return {
    id: "5f7c2e19",
    kind,
    askedBy: "anna",
    documentVersion,
    request: null,
    plan: null,
    placementVersion: null,
    state: null,
    result: null,
    status: "running",
    stepsDone: 0,
    stepsTotal: 2,
    revision: 1,
    createdAtMs: 1,
    updatedAtMs: 1,
    endedAtMs: null,
    ...read,
  };
}

test("what an operation of each kind says is read", () => {
  for (const kind of ["move", "drain", "rebalance"] as const) {
    expect(documentsOf(stored(kind, {}))).toEqual({ kind, plan: null, state: null });
    expect(documentsOf(stored(kind, { plan: PLAN, state: STATE }))).toMatchObject({
      kind,
      plan: { moves: [MOVE, { shard: 3, from: undefined }], skipped: [LEFT, { shard: 5, at: undefined }] },
      state: STATE,
    });
  }
  const request = FAILOVER;
  expect(documentsOf(stored("failover", { request }))).toEqual({
    kind: "failover",
    request,
    result: null,
  });
  expect(documentsOf(stored("failover", { request, result: RESULT }))).toMatchObject({ result: RESULT });
  for (const kind of ["pin", "unpin", "cordon", "undrain", "suspend", "resume"] as const)
    expect(documentsOf(stored(kind, { request: { type: "anything" }, result: 1 }))).toEqual({ kind });
});

test("what another release has written is not read", () => {
  expect(documentsOf(stored("move", { state: { halves: 2 } }, 2))).toBeUndefined();
});

test("what this release cannot have written is refused by the name of its field", () => {
  const wrong: readonly (readonly [Operation["kind"], Readonly<Record<string, unknown>>, string])[] = [
    ["move", { plan: [] }, "plan has to be an object, and is []"],
    ["move", { plan: { moves: {}, skipped: [] } }, "plan.moves has to be a list, and is {}"],
    ["drain", { state: { ...STATE, cancelledBy: 7 } }, "state.cancelledBy has to be a text, and is 7"],
    [
      "drain",
      { state: { ...STATE, moves: [{ ...PROGRESS, status: "gone" }] } },
      'state.moves[0].status has to be one of waiting, moving, moved, undone, skipped, and is "gone"',
    ],
    [
      "drain",
      { state: { ...STATE, moves: [{ ...PROGRESS, pinned: 1 }] } },
      "state.moves[0].pinned has to be true or false, and is 1",
    ],
    [
      "drain",
      { state: { ...STATE, moves: [{ ...PROGRESS, from: null }] } },
      "state.moves[0].from has to be an object, and is null",
    ],
    [
      "drain",
      { state: { ...STATE, left: [{ ...LEFT, shard: 1.5 }] } },
      "state.left[0].shard has to be a whole number from 0 on, and is 1.5",
    ],
    ["failover", { request: null }, "request has to be an object, and is null"],
    [
      "failover",
      { request: FAILOVER, result: { served: 1 } },
      "result.movedOn has to be a whole number from 0 on, and is nothing",
    ],
  ];
  for (const [kind, documents, message] of wrong)
    expect(() => documentsOf(stored(kind, documents))).toThrow(
      new UnreadableDocument(`operation 5f7c2e19: ${message}`),
    );
});
