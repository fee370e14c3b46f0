import type { ChangeAtOnce, MovingChange } from "../operator/cluster-change.ts";
import type { Operation } from "../ports/operation-store.ts";
import { DocumentField } from "./document-field.ts";

/** A node that is about to end gives everything away, pinned or not; nothing is remembered against it. */
export type LeaveNode = { readonly type: "LeaveNode"; readonly node: string };

/** What an operation asks for that moves shards. */
export type MoveRequest = MovingChange | LeaveNode;

const MOVES: Readonly<Record<MoveRequest["type"], true>> = {
  MoveShards: true,
  Rebalance: true,
  DrainNode: true,
  LeaveNode: true,
};

const AT_ONCE: Readonly<Record<ChangeAtOnce["type"], true>> = {
  PinShards: true,
  UnpinShards: true,
  CordonNode: true,
  UndrainNode: true,
  SuspendRebalancing: true,
  ResumeRebalancing: true,
};

/** Reads what an operation asks for that moves shards. @throws {UnreadableDocument} */
export function moveRequestOf(operation: Operation): MoveRequest {
  const request = fieldOf(operation);
  const type = request.field("type").word(MOVES);
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
  const type = request.field("type").word(AT_ONCE);
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

function shardsOf(request: DocumentField): readonly number[] {
  return request
    .field("shards")
    .list()
    .map((shard) => shard.count());
}

function nodeOf(request: DocumentField): string {
  return request.field("node").text();
}
