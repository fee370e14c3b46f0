import type { Operation } from "../../../engine/ports/operation-store.ts";
import { UnreadableDocument } from "../../../engine/shards/document-field.ts";
import { documentsOf, isCarriedOut } from "../../../engine/shards/operation-documents.ts";
import { moveRequestOf, requestAtOnceOf } from "../../../engine/shards/operation-requests.ts";
import { targetText } from "./plan-text.ts";
import { shortShardsText } from "./shard-numbers.ts";

const SHARDS_LENGTH_MAX = 16;

/** What an operation does, and to what, in a few words: `drain node-b`; its kind alone where nobody here can read more of it. */
export function operationSubject(operation: Operation): string {
  return `${operation.kind} ${objectOf(operation)}`.trimEnd();
}

function objectOf(operation: Operation): string {
  try {
    const documents = documentsOf(operation);
    if (documents === undefined) return "";
    if (documents.kind === "failover")
      return `of ${documents.request.nodes.map(({ node }) => node).join(", ")}`;
    const request = isCarriedOut(operation) ? moveRequestOf(operation) : requestAtOnceOf(operation);
    if (request.type === "MoveShards") return `${shortened(request.shards)} to ${targetText(request)}`;
    if ("shards" in request) return shortened(request.shards);
    return "node" in request ? request.node : "";
  } catch (error) {
    if (error instanceof UnreadableDocument) return "";
    throw error;
  }
}

function shortened(shards: readonly number[]): string {
  return shortShardsText(shards, SHARDS_LENGTH_MAX);
}
