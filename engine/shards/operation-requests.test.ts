import { expect, test } from "bun:test";
import type { Data } from "../contract/data.ts";
import type { ChangeAtOnce } from "../operator/cluster-change.ts";
import type { Operation, OperationKind } from "../ports/operation-store.ts";
import { UnreadableDocument } from "./document-field.ts";
import { moveRequestOf, requestAtOnceOf, type MoveRequest } from "./operation-requests.ts";

function asking(request: Data, kind: OperationKind = "move"): Operation {
  return {
    id: "5f7c2e19",
    kind,
    askedBy: "anna",
    documentVersion: 1,
    request,
    status: "waiting",
    plan: null,
    placementVersion: null,
    state: null,
    stepsDone: 0,
    stepsTotal: 0,
    result: null,
    revision: 1,
    createdAtMs: 1,
    updatedAtMs: 1,
    endedAtMs: null,
  };
}

test.each<readonly [OperationKind, MoveRequest]>([
  ["move", { type: "MoveShards", shards: [3, 5], node: "b", lane: null }],
  ["move", { type: "MoveShards", shards: [3], node: "b", lane: 1 }],
  ["rebalance", { type: "Rebalance" }],
  ["drain", { type: "DrainNode", node: "b" }],
  ["drain", { type: "LeaveNode", node: "b" }],
])("what moves shards is read as it was stored: %s %j", (kind, request) => {
  expect(moveRequestOf(asking(request, kind))).toEqual(request);
});

test.each<readonly [OperationKind, ChangeAtOnce]>([
  ["pin", { type: "PinShards", shards: [3] }],
  ["unpin", { type: "UnpinShards", shards: [3] }],
  ["cordon", { type: "CordonNode", node: "b" }],
  ["undrain", { type: "UndrainNode", node: "b" }],
  ["suspend", { type: "SuspendRebalancing" }],
  ["resume", { type: "ResumeRebalancing" }],
])("what is done at once is read as it was stored: %s %j", (kind, request) => {
  expect(requestAtOnceOf(asking(request, kind))).toEqual(request);
});

test.each<readonly [OperationKind, Data, string]>([
  ["move", null, "request has to be an object, and is null"],
  [
    "drain",
    { type: "PinShards", shards: [3] },
    'request.type has to be one of DrainNode, LeaveNode, and is "PinShards"',
  ],
  [
    "rebalance",
    { type: "DrainNode", node: "b" },
    'request.type has to be one of Rebalance, and is "DrainNode"',
  ],
  ["drain", { type: "DrainNode" }, "request.node has to be a text, and is nothing"],
  [
    "move",
    { type: "MoveShards", shards: ["3"], node: "b", lane: null },
    'request.shards[0] has to be a whole number from 0 on, and is "3"',
  ],
])(
  "what this release cannot have asked for is refused by the name of its field: %s %j",
  (kind, request, message) => {
    expect(() => moveRequestOf(asking(request, kind))).toThrow(
      new UnreadableDocument(`operation 5f7c2e19: ${message}`),
    );
  },
);

test("what is done at once, and of another kind than its operation, is refused, too", () => {
  expect(() => requestAtOnceOf(asking({ type: "SuspendRebalancing" }, "pin"))).toThrow(
    new UnreadableDocument(
      'operation 5f7c2e19: request.type has to be one of PinShards, and is "SuspendRebalancing"',
    ),
  );
});
