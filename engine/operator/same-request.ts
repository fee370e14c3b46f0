import type { Operation } from "../ports/operation-store.ts";
import { isKnownVersion } from "../shards/operation-documents.ts";
import type { ClusterChange } from "./cluster-change.ts";

/** What to tell somebody whose id is that of another operation. */
export function otherRequestText({ id, kind, askedBy }: Operation): string {
  return `change: the operation ${id} is another one, ${kind}, that ${askedBy} has asked for. Ask for this one with an id of its own.`;
}

/** Whether an operation is what is asked for again. One that another release has written is taken for it. */
export function isSameRequest(operation: Operation, change: ClusterChange, askedBy: string): boolean {
  if (!isKnownVersion(operation)) return true;
  return operation.askedBy === askedBy && Bun.deepEquals(operation.request, change);
}
