import { expect, test } from "bun:test";
import type { Data } from "../../../engine/contract/data.ts";
import type { Operation, OperationKind } from "../../../engine/ports/operation-store.ts";
import { operationSubject } from "./operation-subject.ts";
import { changeText, operationsText } from "./operation-text.ts";

const EVEN = Array.from({ length: 100 }, (_, index) => 2 * index);

function operation(kind: OperationKind, request: Data, documentVersion = 1): Operation {
  return {
    id: "01a1ff3d-618c-7744-a5b8-39d7b5455fdd",
    kind,
    status: "done",
    askedBy: "anna",
    documentVersion,
    request,
    plan: null,
    placementVersion: 1,
    state: null,
    stepsDone: 0,
    stepsTotal: 0,
    result: null,
    revision: 1,
    createdAtMs: 1_000,
    updatedAtMs: 4_000,
    endedAtMs: 4_000,
  };
}

test.each<[string, OperationKind, Data]>([
  ["move 3,5-7 to node-b", "move", { type: "MoveShards", shards: [3, 5, 6, 7], node: "node-b", lane: null }],
  ["move 3 to node-b/lane-1", "move", { type: "MoveShards", shards: [3], node: "node-b", lane: 1 }],
  ["rebalance", "rebalance", { type: "Rebalance" }],
  ["drain node-c", "drain", { type: "DrainNode", node: "node-c" }],
  ["drain node-c", "drain", { type: "LeaveNode", node: "node-c" }],
  ["pin 17", "pin", { type: "PinShards", shards: [17] }],
  ["undrain node-c", "undrain", { type: "UndrainNode", node: "node-c" }],
  ["suspend", "suspend", { type: "SuspendRebalancing" }],
  [
    "failover of node-b, node-c",
    "failover",
    {
      type: "FailOver",
      nodes: [
        { node: "node-b", cause: "silence" },
        { node: "node-c", cause: "silence" },
      ],
      given: [],
    },
  ],
  ["unpin 0,2,4,6,8,10,…", "unpin", { type: "UnpinShards", shards: EVEN }],
  ["move 0,2,4,6,8,10,… to node-b", "move", { type: "MoveShards", shards: EVEN, node: "node-b", lane: null }],
])("an operation is told by what it does to what: %s", (subject, kind, request) => {
  expect(operationSubject(operation(kind, request))).toBe(subject);
});

test("of an operation that cannot be read its kind is told", () => {
  expect(operationSubject(operation("drain", { type: "DrainNode", node: "node-c" }, 2))).toBe("drain");
  expect(operationSubject(operation("drain", { type: "Unheard" }))).toBe("drain");
});

test("lists and changes of operations say what each is about", () => {
  const drain = operation("drain", { type: "DrainNode", node: "node-c" });
  expect(operationsText([drain])).toBe(
    `OPERATION  WHAT          STATUS  STEPS  BEGAN (UTC)          ASKED BY
b5455fdd   drain node-c  done    -      1970-01-01 00:00:01  anna
`,
  );
  expect(changeText(drain)).toBe("00:00:04  b5455fdd  drain node-c  done  -  anna");
});
