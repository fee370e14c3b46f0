import type { ChangeAtOnce, MovingChange } from "../operator/cluster-change.ts";
import type { Operation, OperationKind } from "../ports/operation-store.ts";
import { DocumentField } from "./document-field.ts";

/** A node that is about to end gives everything away, pinned or not; nothing is remembered against it. */
export type LeaveNode = { readonly type: "LeaveNode"; readonly node: string };

/** What an operation asks for that moves shards. */
export type MoveRequest = MovingChange | LeaveNode;

const MOVES = {
  MoveShards: "move",
  Rebalance: "rebalance",
  DrainNode: "drain",
  LeaveNode: "drain",
} as const satisfies Readonly<Record<MoveRequest["type"], OperationKind>>;

/** What kind of operation each change is that is done at once. */
export const KINDS_AT_ONCE = {
  PinShards: "pin",
  UnpinShards: "unpin",
  CordonNode: "cordon",
  UndrainNode: "undrain",
  SuspendRebalancing: "suspend",
  ResumeRebalancing: "resume",
} as const satisfies Readonly<Record<ChangeAtOnce["type"], OperationKind>>;

/** Reads what an operation asks for that moves shards. @throws {UnreadableDocument} */
export function moveRequestOf(operation: Operation): MoveRequest {
  const request = fieldOf(operation);
  const type = typeOf(operation, request, MOVES);
  switch (type) {
    case "MoveShards":
      return {
        type,
        shards: shardsOf(request),
        node: nodeOf(request),
        lane: request.field("lane").orNull((lane) => lane.count()),
      };
    case "Rebalance":
      return { type };
    case "DrainNode":
    case "LeaveNode":
      return { type, node: nodeOf(request) };
  }
}

/** Reads what an operation asks for that is done at once. @throws {UnreadableDocument} */
export function requestAtOnceOf(operation: Operation): ChangeAtOnce {
  const request = fieldOf(operation);
  const type = typeOf(operation, request, KINDS_AT_ONCE);
  switch (type) {
    case "PinShards":
    case "UnpinShards":
      return { type, shards: shardsOf(request) };
    case "CordonNode":
    case "UndrainNode":
      return { type, node: nodeOf(request) };
    case "SuspendRebalancing":
    case "ResumeRebalancing":
      return { type };
  }
}

function fieldOf({ id, request }: Operation): DocumentField {
  return new DocumentField(`operation ${id}: request`, request);
}

/** Whoever looks for operations of a kind could do nothing with what is of another one. */
function typeOf<Type extends string>(
  { kind }: Operation,
  request: DocumentField,
  kinds: Readonly<Record<Type, OperationKind>>,
): Type {
  const fitting = Object.entries(kinds).filter(([, each]) => each === kind);
  return request
    .field("type")
    .word(Object.fromEntries(fitting.map(([type]) => [type, true])) as Record<Type, true>);
}

function shardsOf(request: DocumentField): readonly number[] {
  return request
    .field("shards")
    .list()
    .map((shard) => shard.count());
}

function nodeOf(request: DocumentField): string {
  return request.field("node").text();
}
