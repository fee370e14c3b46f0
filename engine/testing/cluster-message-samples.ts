import type { ClusterReply, ClusterRequest } from "../operator/cluster-request.ts";
import { encodeMessage } from "../shards/cluster-message.ts";
import type { OrderReply, TermOrder } from "../shards/node-order.ts";
import type { PlacementNews } from "../shards/placement-news.ts";
import type { SignOfLife } from "../shards/sign-of-life.ts";

const news: PlacementNews = {
  version: 812,
  since: 811,
  changes: [{ shard: 17, node: "node-c", lane: 0, pinned: true }],
};
const signs: { readonly [Type in SignOfLife["type"]]: Extract<SignOfLife, { type: Type }> } = {
  Beat: {
    type: "Beat",
    heartbeat: {
      node: "node-b",
      incarnation: 3,
      seq: 99,
      lanes: 2,
      databaseReachable: true,
      loads: [0.5, 0.25],
      addresses: { admin: "10.0.0.2:7101" },
      release: "1.4.0",
      protocol: 1,
    },
    shards: { serving: 85, expected: 86 },
    isLeaving: false,
  },
  Measured: {
    type: "Measured",
    shards: [{ shard: 17, cpuShare: 0.05, appendsPerSecond: 12.5, mailboxLagMs: 2 }],
  },
  Goodbye: { type: "Goodbye", node: "node-b", incarnation: 3 },
};
type OrderSamples = {
  readonly [Type in TermOrder["order"]["type"]]: Extract<TermOrder["order"], { type: Type }>;
};
const orders: OrderSamples = {
  Prepare: { type: "Prepare", lane: 0, shards: [17] },
  Hold: { type: "Hold", shards: [17], move: 1_048_577 },
  LetGo: { type: "LetGo", lane: 2, shards: [17] },
  Adopt: { type: "Adopt", lane: 0, shards: [17], news },
  Release: { type: "Release", shards: [17], move: 1_048_577, news },
};
const replies: { readonly [Type in OrderReply["type"]]: Extract<OrderReply, { type: Type }> } = {
  Done: { type: "Done", heldMs: 12 },
  Refused: {
    type: "Refused",
    reason: "term_over",
    detail: "the coordinator of term 2 has followed that of term 1",
  },
};
const change = { type: "MoveShards", shards: [17], node: "node-c", lane: null } as const;
const id = "0193a0aa-0000-7000-8000-000000000001";
const requests: { readonly [Type in ClusterRequest["type"]]: Extract<ClusterRequest, { type: Type }> } = {
  ListShards: { type: "ListShards" },
  ListNodes: { type: "ListNodes" },
  Plan: { type: "Plan", change },
  Execute: { type: "Execute", change, id, askedBy: "anna", planId: "p-1a2b3c" },
  Cancel: { type: "Cancel", operation: id, askedBy: "anna" },
  Leave: { type: "Leave", node: "node-b", id },
};
type Refusals = Extract<ClusterReply, { type: "Refused" | "Conflict" | "NoCoordinator" | "Nothing" }>;
const refusals: { readonly [Type in Refusals["type"]]: Extract<Refusals, { type: Type }> } = {
  Refused: {
    type: "Refused",
    prechecks: [{ code: "UNKNOWN_NODE", detail: 'No node has ever started as "x".', field: "node" }],
  },
  Conflict: { type: "Conflict", detail: "The operation has just gone on." },
  NoCoordinator: { type: "NoCoordinator", detail: "Another node coordinates by now.", retryAfterMs: 1_000 },
  Nothing: { type: "Nothing", detail: "Everything is where it should be." },
};
/** A message of every type that nodes send to each other about the cluster. */
export const clusterMessageSamples = {
  news,
  signs,
  orders: Object.values(orders).map((order) => ({ term: 1, order })),
  replies,
  requests,
  refusals,
};

/** The text of all samples, and their version. */
export function clusterMessageGolden(): { readonly version: number; readonly message: unknown } {
  const message = JSON.parse(encodeMessage(clusterMessageSamples)) as readonly [number, unknown];
  return { version: message[0], message };
}
