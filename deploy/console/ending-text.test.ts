import { expect, test } from "bun:test";
import type { Operation } from "../../engine/ports/operation-store.ts";
import { OPERATION_DOCUMENT_VERSION } from "../../engine/shards/operation-documents.ts";
import { endingText } from "./ending-text.ts";

function drain(status: Operation["status"], state: Operation["state"]): Operation {
  return {
    id: "00000000-0000-7000-8000-000000000001",
    kind: "drain",
    askedBy: "anna",
    documentVersion: OPERATION_DOCUMENT_VERSION,
    request: { type: "DrainNode", node: "node-b" },
    status,
    plan: null,
    placementVersion: 1,
    state,
    stepsDone: 0,
    stepsTotal: 7,
    result: null,
    revision: 2,
    createdAtMs: 1,
    updatedAtMs: 2,
    endedAtMs: 2,
  };
}

const LEFT = Array.from({ length: 7 }, (_, shard) => ({
  shard,
  at: { node: "node-b", lane: 0 },
  reason: "PINNED",
}));

test("of an operation that did not do all of it the first shards that stay are named, with the reason", () => {
  const state = { cancelledBy: null, moves: [], left: LEFT };
  expect(endingText(drain("partly", state))).toBe(
    "0 of 7 shards moved; shard 0 stays: PINNED; shard 1 stays: PINNED; shard 2 stays: PINNED; shard 3 stays: PINNED; shard 4 stays: PINNED; and 2 more stay",
  );
  expect(endingText(drain("done", state))).toBeNull();
});

test("one that cannot be read takes nothing else with it", () => {
  expect(endingText(drain("failed", "not a state"))).toBeNull();
});
