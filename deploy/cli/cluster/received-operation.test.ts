import { expect, test } from "bun:test";
import { UnreadableDocument } from "../../../engine/shards/document-field.ts";
import { summarize } from "./operation-summary.ts";
import { receivedOperation } from "./received-operation.ts";
import { operationOf } from "./testing/scripted-node.ts";

/** What is wrong with an operation; undefined when nothing is. */
function fault(sent: unknown): string | undefined {
  try {
    receivedOperation(sent);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableDocument)) throw error;
    return error.message;
  }
}

test("an operation that a node has sent is taken as it is", () => {
  const sent: unknown = JSON.parse(JSON.stringify(operationOf("a")));
  expect(receivedOperation(sent)).toBe(sent as ReturnType<typeof receivedOperation>);
});

test("what is not an operation is refused by the name of the field", () => {
  expect(fault("hello")).toBe('operation has to be an object, and is "hello"');
  expect(fault({ ...operationOf("a"), revision: -1 })).toBe(
    "operation.revision has to be a whole number from 0 on, and is -1",
  );
  expect(fault({ ...operationOf("a"), status: "lost" })).toBe(
    'operation.status has to be one of waiting, running, done, partly, failed, cancelled, and is "lost"',
  );
  expect(fault({ ...operationOf("a"), endedAtMs: "now" })).toBe(
    'operation.endedAtMs has to be a number, and is "now"',
  );
});

test("one whose documents nobody can read is taken, and what is read of it is told by the field", () => {
  const broken = operationOf("a", { state: { cancelledBy: null, moves: [{ shard: 1 }], left: [] } });
  expect(fault(broken)).toBeUndefined();
  expect(() => summarize(broken)).toThrow(
    `operation ${broken.id}: state.moves[0].to has to be an object, and is nothing`,
  );
});

test("one of another release is taken, whatever it says", () => {
  const newer = { ...operationOf("a"), kind: "split", documentVersion: 2, state: { halves: [1, 2] } };
  expect(fault(newer)).toBeUndefined();
  expect(fault({ ...newer, documentVersion: 1 })).toStartWith("operation.kind has to be one of move, drain");
});
