import type { Operation, OperationKind, OperationStatus } from "../../../engine/ports/operation-store.ts";
import { DocumentField } from "../../../engine/shards/document-field.ts";
import { isKnownVersion } from "../../../engine/shards/operation-documents.ts";

const KINDS: Readonly<Record<OperationKind, true>> = {
  move: true,
  drain: true,
  rebalance: true,
  failover: true,
  pin: true,
  unpin: true,
  cordon: true,
  undrain: true,
  suspend: true,
  resume: true,
};

const STATUSES: Readonly<Record<OperationStatus, true>> = {
  waiting: true,
  running: true,
  done: true,
  partly: true,
  failed: true,
  cancelled: true,
};

/**
 * An operation as a node has sent it. Its documents are checked by whoever reads them: a list shows also those that nobody can read.
 * @throws {UnreadableDocument} naming the field.
 */
export function receivedOperation(sent: unknown): Operation {
  const operation = new DocumentField("operation", sent);
  for (const name of ["id", "askedBy", "kind"]) operation.field(name).text();
  for (const name of ["revision", "documentVersion", "stepsDone", "stepsTotal"])
    operation.field(name).count();
  for (const name of ["createdAtMs", "updatedAtMs"]) operation.field(name).number();
  operation.field("endedAtMs").orNull((endedAt) => endedAt.number());
  operation.field("status").word(STATUSES);
  const received = sent as Operation;
  if (isKnownVersion(received)) operation.field("kind").word(KINDS);
  return received;
}
