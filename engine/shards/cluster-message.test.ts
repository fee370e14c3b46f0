import { expect, test } from "bun:test";
import type { ClusterReply, ClusterRequest } from "../operator/cluster-request.ts";
import { decodeMessage, encodeMessage } from "./cluster-message.ts";
import type { OrderReply, TermOrder } from "./node-order.ts";
import type { PlacementNews } from "./placement-news.ts";
import type { SignOfLife } from "./sign-of-life.ts";

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
      release: "1.4.0",
      protocol: 1,
    },
    shards: { serving: 85, expected: 86 },
    isLeaving: false,
  },
  Measured: {
    type: "Measured",
    shards: [{ shard: 17, cost: 0.0625 }],
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
const samples = {
  news,
  signs,
  orders: Object.values(orders).map((order) => ({ term: 1, order })),
  replies,
  requests,
  refusals,
};

test("every kind of message reads as it was written", async () => {
  const text = await Bun.file(new URL("./golden/cluster-message-1.json", import.meta.url)).text();
  expect(decodeMessage(text) as typeof samples).toEqual(samples);
});

test("a message comes out as it went in", () => {
  expect(decodeMessage(encodeMessage(samples))).toEqual(samples);
});

test.each([
  ['[2,{"type":"Goodbye"}]', "a message of version 2; this program reads 1"],
  ["{}", "not a message of a node"],
  ["[1]", "not a message of a node"],
  ["nonsense", "not a message of a node"],
])("what another program may have sent is a fault: %s", (text, message) => {
  expect(() => decodeMessage(text)).toThrow(message);
});
