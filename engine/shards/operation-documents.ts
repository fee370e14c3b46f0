import type { Operation } from "../ports/operation-store.ts";

/** The version of the documents within an operation. */
export const OPERATION_DOCUMENT_VERSION = 1;

/** Whether this release can read what is stored in an operation; one of another version is left to nodes of that release. */
export function isKnownVersion({ documentVersion }: Operation): boolean {
  return documentVersion === OPERATION_DOCUMENT_VERSION;
}

/** Whether it is carried out step by step. Others are done at once, and records of it. */
export function isCarriedOut({ kind }: Operation): boolean {
  return kind === "move" || kind === "drain" || kind === "rebalance";
}

/** Whether it is done at once, and over then. A suspension lasts until it is ended, and a fail-over until somebody serves. */
export function isRecord(operation: Operation): boolean {
  return !isCarriedOut(operation) && operation.kind !== "suspend" && operation.kind !== "failover";
}
