import type { Data, DataRecord } from "../../engine/contract/data.ts";

/** How an operation ended for its client: an unknown one may take effect at any later time, once, or never. */
export type Ending = "ok" | "refused" | "unknown";

/** One command as its client saw it, all repetitions under the same key included. */
export interface Operation {
  readonly client: string;
  /** `tenant/kind/id` of the actor that it was for. */
  readonly actor: string;
  /** Type of the command, such as `CheckOut`. */
  readonly operation: string;
  readonly key: string;
  /** Fields of the command that its client chose, as far as they are known. */
  readonly fields: DataRecord;
  readonly invokedAtMs: number;
  /** Missing while nobody has heard of its end. */
  readonly endedAtMs?: number;
  readonly ending: Ending;
  /** The reply when it ended ok, the refusal's code when refused, else null. */
  readonly value: Data;
}

/** One view of an actor as a client got it, pushed or read. */
export interface Observation {
  readonly client: string;
  /** `tenant/kind/id` of the actor that is shown. */
  readonly topic: string;
  readonly epoch: number;
  readonly offset: number;
  /** The view; null when the actor does not exist for anybody. */
  readonly value: Data;
  readonly atMs: number;
  /** When the client asked, on views that were read rather than pushed. */
  readonly askedAtMs?: number;
}

/** Somebody who watched a topic to the end, and must have seen how it ended. */
export interface Watch {
  readonly client: string;
  readonly topic: string;
}

/** What clients did and saw, in the order in which it was recorded. Times of all clients come from one clock. */
export interface History {
  readonly operations: readonly Operation[];
  readonly observations: readonly Observation[];
  readonly watching: readonly Watch[];
}

/** A history of nobody. */
export const emptyHistory: History = { operations: [], observations: [], watching: [] };

/** Names an operation's key over all actors. */
export function keyName(actor: string, key: string): string {
  return `${actor} ${key}`;
}

/** The tenant of `tenant/kind/id`. */
export function tenantOf(address: string): string {
  return address.slice(0, address.indexOf("/"));
}
