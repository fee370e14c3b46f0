import { expect, test } from "bun:test";
import type { Data } from "../contract/data.ts";
import type { ChangeAtOnce } from "../operator/cluster-change.ts";
import type { Operation } from "../ports/operation-store.ts";
import { UnreadableDocument } from "./document-field.ts";
import { moveRequestOf, requestAtOnceOf, type MoveRequest } from "./operation-requests.ts";

function asking(request: Data): Operation {
  return {
    id: "5f7c2e19",
    kind: "move",
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

test.each<MoveRequest>([
  { type: "MoveShards", shards: [3, 5], node: "b", lane: null },
  { type: "MoveShards", shards: [3], node: "b", lane: 1 },
  { type: "Rebalance" },
  { type: "DrainNode", node: "b" },
  { type: "LeaveNode", node: "b" },
])("what moves shards is read as it was stored: %j", (request) => {
  expect(moveRequestOf(asking(request))).toEqual(request);
});

test.each<ChangeAtOnce>([
  { type: "PinShards", shards: [3] },
  { type: "UnpinShards", shards: [3] },
  { type: "CordonNode", node: "b" },
  { type: "UndrainNode", node: "b" },
  { type: "SuspendRebalancing" },
  { type: "ResumeRebalancing" },
])("what is done at once is read as it was stored: %j", (request) => {
  expect(requestAtOnceOf(asking(request))).toEqual(request);
});

test.each<readonly [Data, string]>([
  [null, "request has to be an object, and is null"],
  [
    { type: "PinShards", shards: [3] },
    'request.type has to be one of MoveShards, Rebalance, DrainNode, LeaveNode, and is "PinShards"',
  ],
  [{ type: "DrainNode" }, "request.node has to be a text, and is nothing"],
  [
    { type: "MoveShards", shards: ["3"], node: "b", lane: null },
    'request.shards[0] has to be a whole number from 0 on, and is "3"',
  ],
])("what this release cannot have asked for is refused by the name of its field: %j", (request, message) => {
  expect(() => moveRequestOf(asking(request))).toThrow(
    new UnreadableDocument(`operation 5f7c2e19: ${message}`),
  );
});
