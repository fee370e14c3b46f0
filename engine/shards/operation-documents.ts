import type { CarriedOutKind, Operation, OperationKind } from "../ports/operation-store.ts";
import { DocumentField } from "./document-field.ts";
import {
  failOverRequestOf,
  failOverResultOf,
  type FailOverRequest,
  type FailOverResult,
} from "./fail-over-documents.ts";
import { operationStateOf, storedPlanOf } from "./move-documents.ts";
import type { OperationState, StoredPlan } from "./move-progress.ts";

/** The version of the documents within an operation. */
export const OPERATION_DOCUMENT_VERSION = 1;

/** What an operation says of itself that moves shards. */
export interface MoveDocuments {
  readonly kind: CarriedOutKind;
  /** Null before it has one. */
  readonly plan: StoredPlan | null;
  /** Null before it has begun. */
  readonly state: OperationState | null;
}

/** What an operation says of itself, by its kind. */
export type OperationDocuments =
  | MoveDocuments
  | {
      readonly kind: "failover";
      readonly request: FailOverRequest;
      /** Null until it is over. */
      readonly result: FailOverResult | null;
    }
  | { readonly kind: Exclude<OperationKind, CarriedOutKind | "failover"> };

/** Whether this release can read what is stored in an operation; one of another version is left to nodes of that release. */
export function isKnownVersion({ documentVersion }: Pick<Operation, "documentVersion">): boolean {
  return documentVersion === OPERATION_DOCUMENT_VERSION;
}

/** Whether it is carried out step by step. Others are done at once, and records of it. */
export function isCarriedOut({ kind }: Pick<Operation, "kind">): boolean {
  return kind === "move" || kind === "drain" || kind === "rebalance";
}

/** Whether it is done at once, and over then. A suspension lasts until it is ended, and a fail-over until somebody serves. */
export function isRecord(operation: Operation): boolean {
  return !isCarriedOut(operation) && operation.kind !== "suspend" && operation.kind !== "failover";
}

/**
 * Reads the documents of an operation, whoever stored or sent it; undefined when another release has written them.
 * @throws {UnreadableDocument} when they are not what this release has written.
 */
export function documentsOf(operation: Operation): OperationDocuments | undefined {
  if (!isKnownVersion(operation)) return undefined;
  const { id, kind } = operation;
  const field = (name: "request" | "plan" | "state" | "result"): DocumentField =>
    new DocumentField(`operation ${id}: ${name}`, operation[name]);
  switch (kind) {
    case "move":
    case "drain":
    case "rebalance":
      return {
        kind,
        plan: field("plan").orNull(storedPlanOf),
        state: field("state").orNull(operationStateOf),
      };
    case "failover":
      return {
        kind,
        request: failOverRequestOf(field("request")),
        result: field("result").orNull(failOverResultOf),
      };
    case "pin":
    case "unpin":
    case "cordon":
    case "undrain":
    case "suspend":
    case "resume":
      return { kind };
  }
}
