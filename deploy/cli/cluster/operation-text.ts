import {
  isOperationOver,
  type Operation,
  type OperationStatus,
} from "../../../engine/ports/operation-store.ts";
import type { FailOverRequest, FailOverResult } from "../../../engine/shards/fail-over-documents.ts";
import { documentsOf } from "../../../engine/shards/operation-documents.ts";
import { causeText } from "./cause-text.ts";
import { durationText } from "./duration.ts";
import { operationName } from "./operation-name.ts";
import { operationSubject } from "./operation-subject.ts";
import { movesShards, type HeldUpShard, type OperationSummary, type Pauses } from "./operation-summary.ts";
import { columns, textTable } from "./text-table.ts";

const HELD_UP_SHOWN = 20;

/** Lists operations, the newest first. */
export function operationsText(operations: readonly Operation[]): string {
  const rows = operations.map((operation) => {
    const { id, status, createdAtMs, askedBy } = operation;
    const began = new Date(createdAtMs).toISOString().slice(0, 19).replace("T", " ");
    return [operationName(id), operationSubject(operation), status, stepsText(operation), began, askedBy];
  });
  return textTable(["OPERATION", "WHAT", "STATUS", "STEPS", "BEGAN (UTC)", "ASKED BY"], rows);
}

/** One change of an operation in one line. */
export function changeText(operation: Operation): string {
  const { id, status, updatedAtMs, askedBy } = operation;
  const time = new Date(updatedAtMs).toISOString().slice(11, 19);
  return columns([
    [time, operationName(id), operationSubject(operation), status, stepsText(operation), askedBy],
  ]).join("\n");
}

/** What has come of an operation: how many shards have moved, how long clients waited, and who is held up by what. */
export function summaryText(operation: Operation, summary: OperationSummary): string {
  const { kind, status, createdAtMs, updatedAtMs } = operation;
  const documents = documentsOf(operation);
  if (documents === undefined) return `${kind} ${status}, and was written by another release than this one\n`;
  if (documents.kind === "failover") return failOverText(status, documents);
  if (!movesShards(operation)) return `${kind} ${status}\n`;
  const { moved, asked, cancelledBy, pauses, troubled, stays, underway, waiting } = summary;
  // Both moments are of the store's clock, which need not agree with this machine's.
  const took = durationText(updatedAtMs - createdAtMs);
  const ending = isOperationOver(status) ? ` in ${took}` : "";
  // Nothing else begins a move of nothing: it has only pinned.
  if (kind === "move" && status === "done" && asked === 0)
    return `${kind} ${status}${ending}: the shards were there already, and are pinned there now\n`;
  const by = status !== "cancelled" || cancelledBy === null ? "" : ` by ${cancelledBy}`;
  const lines = [`${kind} ${status}${by}${ending}: ${moved} of ${asked} shards moved`];
  if (pauses !== null) lines.push(...pauseLines(pauses));
  lines.push(...heldUpLines("moved", troubled), ...heldUpLines("on the way", underway));
  lines.push(...heldUpLines("stays", stays));
  if (waiting > 0) lines.push(`waiting  ${waiting} shard${waiting === 1 ? "" : "s"}`);
  return `${lines.join("\n")}\n`;
}

/** Why shards were taken from a node, and how long until others served them. */
function failOverText(
  status: OperationStatus,
  {
    request: { nodes, given },
    result,
  }: { readonly request: FailOverRequest; readonly result: FailOverResult | null },
): string {
  const from = nodes.map(({ node, cause }) => `${node} (${causeText(cause)})`).join(", ");
  const ending = result === null ? "" : `, ${result.served} served by those who got them`;
  const servedAfterMs = result?.servedAfterMs ?? null;
  const after = servedAfterMs === null ? "" : ` after ${msText(servedAfterMs)}`;
  const shards = given.length === 1 ? "1 shard" : `${given.length} shards`;
  return `failover ${status}: ${shards} of ${from}${ending}${after}\n`;
}

function pauseLines({ minMs, p50Ms, p99Ms, maxMs, slowest }: Pauses): readonly string[] {
  const named = slowest.map(({ shard, pauseMs }) => `shard/${shard} ${msText(pauseMs)}`).join(", ");
  return [
    `clients waited  min ${msText(minMs)}  p50 ${msText(p50Ms)}  p99 ${msText(p99Ms)}  max ${msText(maxMs)}`,
    `slowest  ${named}`,
  ];
}

function heldUpLines(what: string, shards: readonly HeldUpShard[]): readonly string[] {
  const shown = shards.slice(0, HELD_UP_SHOWN).map(({ shard, reason }) => [what, `shard/${shard}`, reason]);
  const hidden = shards.length - shown.length;
  return [...columns(shown), ...(hidden > 0 ? [`${what}  and ${hidden} more`] : [])];
}

function msText(ms: number): string {
  return `${Number(ms.toFixed(1))} ms`;
}

function stepsText({ stepsDone, stepsTotal }: Operation): string {
  return stepsTotal === 0 ? "-" : `${stepsDone}/${stepsTotal}`;
}
