import type { EndpointAnswer, EndpointChangeAnswer, FailedEvent } from "../../webhooks/endpoint-answers.ts";
import { durationText } from "../cluster/duration.ts";
import { operationName } from "../cluster/operation-name.ts";
import { fieldTable, textTable } from "../cluster/text-table.ts";

/** A dead letter, and whose. */
export interface FailedOfEndpoint extends FailedEvent {
  readonly endpoint: string;
}

const NONE = "-";

/** Lists endpoints. */
export function endpointListText(endpoints: readonly EndpointAnswer[], nowMs: number): string {
  if (endpoints.length === 0) return "there are no endpoints; webhooks add makes one\n";
  const rows = endpoints.map(({ waiting, dead, lastDeliveredAtMs, types, url, ...endpoint }) => [
    operationName(endpoint.id),
    stateText(endpoint),
    String(waiting),
    String(dead),
    lastDeliveredAtMs === null ? "never" : `${durationText(nowMs - lastDeliveredAtMs)} ago`,
    url,
    types.join(","),
  ]);
  return textTable(["ENDPOINT", "STATE", "TO RETRY", "DEAD", "LAST TAKEN", "URL", "TYPES"], rows);
}

/** Shows one endpoint. */
export function endpointText(endpoint: EndpointAnswer): string {
  const { id, url, reason, types, waiting, dead } = endpoint;
  const state = stateText(endpoint);
  const allowed = [
    ...(endpoint.allowsPrivate ? ["a private address"] : []),
    ...(endpoint.allowsPlain ? ["plain text"] : []),
  ];
  return fieldTable([
    ["id", id],
    ["url", url],
    ["state", reason === null ? state : `${state}: ${reason}`],
    ["types", types.join(", ")],
    ["allowed", allowed.join(", ") || NONE],
    ["added", timeText(endpoint.createdAtMs)],
    ["last taken", timeText(endpoint.lastDeliveredAtMs)],
    ["failing since", timeText(endpoint.failingSinceMs)],
    ["last failure", endpoint.lastFailure ?? NONE],
    ["to be tried again", String(waiting)],
    ["dead letters", String(dead)],
    ["former secret until", timeText(endpoint.previousSecretUntilMs)],
  ]);
}

/** Says what a change has come to, with the secret where there is a new one. */
export function changeText(name: string): (answer: EndpointChangeAnswer) => string {
  return ({ endpoint, detail, secret }) => {
    const line = `${endpoint === null ? name : operationName(endpoint.id)} ${detail}\n`;
    return secret === null ? line : `${line}secret ${secret}\nIt is not shown again.\n`;
  };
}

/** Lists dead letters. */
export function failedText(failed: readonly FailedOfEndpoint[]): string {
  if (failed.length === 0) return "there are no dead letters\n";
  const rows = failed.map(({ endpoint, id, type, subject, occurredAtMs, lastFailure }) => [
    operationName(endpoint),
    timeText(occurredAtMs),
    type,
    subject,
    lastFailure ?? NONE,
    id,
  ]);
  return textTable(["ENDPOINT", "HAPPENED (UTC)", "TYPE", "SUBJECT", "AT LAST", "EVENT"], rows);
}

/** One that is active may yet take nothing of what it gets. */
function stateText({ state, failingSinceMs }: Pick<EndpointAnswer, "state" | "failingSinceMs">): string {
  if (state !== "active" || failingSinceMs === null) return state;
  return `active, failing since ${timeText(failingSinceMs).slice(11, 16)} UTC`;
}

function timeText(ms: number | null): string {
  return ms === null ? NONE : new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
