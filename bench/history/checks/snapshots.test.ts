import { expect, test } from "bun:test";
import { done } from "../../../engine/contract/outcome.ts";
import type { KeyRecord } from "../../../engine/contract/segment.ts";
import type { Data } from "../../../engine/contract/data.ts";
import { KnownActors } from "../../../engine/lane/known-actors.ts";
import type { Checkpoint, StoredSnapshot } from "../../../engine/ports/snapshots.ts";
import { entry, segment, shownDecider, violationsOf } from "../../verify/testing/planted.ts";
import { snapshots } from "./snapshots.ts";

const CART = "main/cart/CART";
const MUG = "main/cart/MUG";
const deciders = ["inventory", "cart", "order"].map(shownDecider);

const show = (view: Data) => ({ type: "Shown", view });
const key = (ticket: number): KeyRecord => ({ ticket, key: `k${ticket}`, content: "c", outcome: done(null) });
const sent = [
  { toShard: 3, number: 5, tenant: "main", kind: "cart", id: "C", version: 1, command: { type: "WakeUp" } },
];
const called = [
  {
    number: 2,
    port: "payment",
    tenant: "main",
    kind: "order",
    id: "C~1",
    version: 1,
    request: { type: "Void" },
  },
];

const journal = [
  segment(0, 1, { actors: [entry(CART, [show(1)], [key(1)])], sent, received: [[2, 7]] }),
  segment(0, 2, { actors: [entry(CART, [show(2)], [key(2)])], called }),
  segment(0, 3, { actors: [entry(MUG, [show("mug")])] }),
];

function checkpoint(
  changes: Partial<Checkpoint> = {},
  memory: Partial<Checkpoint["memory"]> = {},
): Checkpoint {
  const known = new KnownActors();
  known.add(CART);
  const numbers = { sentNumbers: [[3, 5]], receivedNumbers: [[2, 7]], callNumber: 2 } as const;
  return {
    shard: 0,
    seq: 2,
    memory: { outbox: [], calls: [], atMs: 1, ...numbers, ...memory },
    known: known.takeChanged(),
    ...changes,
  };
}

function stored(state: Data, changes: Partial<StoredSnapshot> = {}, ticket = 2): StoredSnapshot {
  const snapshot = { version: 1, state, ticket, keys: [] };
  return { tenant: "main", kind: "cart", id: "CART", seq: 2, snapshot, ...changes };
}

function found(from: Checkpoint, ...ofShard: readonly StoredSnapshot[]) {
  return violationsOf(snapshots([{ checkpoint: from, snapshots: ofShard }], deciders), journal);
}

test("a snapshot with what follows it gives what the whole journal gives", async () => {
  expect(await found(checkpoint(), stored(2))).toEqual([]);
  const older = checkpoint({ seq: 1 }, { callNumber: 0 });
  expect(await found(older, stored(1, { seq: 1 }, 1))).toEqual([]);
});

test("a snapshot with another state is found", async () => {
  expect(await found(checkpoint(), stored(7))).toEqual([
    "the snapshot of segment 2 with what follows gives another state",
  ]);
});

test("a snapshot that is older than the last change before its checkpoint is found", async () => {
  expect(await found(checkpoint(), stored(1, { seq: 1 }))).toEqual([
    "the snapshot of segment 1 with what follows gives another state",
  ]);
});

test("a snapshot that would hand out tickets again is found", async () => {
  expect(await found(checkpoint(), stored(2, {}, 1))).toEqual([
    "the snapshot's highest ticket is 1, it should be 2",
  ]);
});

test("a snapshot of an actor that never was is found", async () => {
  expect(await found(checkpoint(), stored(2), stored(2, { id: "GHOST" }))).toEqual([
    "the snapshot is of an actor that the journal does not have",
  ]);
});

test("a checkpoint that has forgotten an actor is found", async () => {
  expect(await found(checkpoint({ known: new KnownActors().takeChanged() }), stored(2))).toEqual([
    "the checkpoint does not know of this actor",
  ]);
});

test("a footprint that leaves a part of an actor's life out is found, and its older snapshot is not looked at", async () => {
  const known = new KnownActors();
  known.add(CART, { firstSeq: 1, gaps: 0 });
  expect(await found(checkpoint({ known: known.takeChanged() }), stored(1, { seq: 1 }))).toEqual([
    "its footprint is segments 1, it should be 1, 2",
  ]);
  known.add(CART, { firstSeq: 1, gaps: 1 });
  expect(await found(checkpoint({ known: known.takeChanged() }), stored(1, { seq: 1 }))).toEqual([]);
});

test("a checkpoint that is ahead of the journal is found", async () => {
  expect(await found(checkpoint({ seq: 9 }))).toContain(
    "the checkpoint is of segment 9, the journal ends at 3",
  );
});

test("a checkpoint with other numbers of messages or calls is found", async () => {
  const numbers = "of {} messages than the journal";
  expect(await found(checkpoint({}, { callNumber: 1 }))).toEqual([
    "the checkpoint has call number 1, the journal 2",
  ]);
  expect(await found(checkpoint({}, { sentNumbers: [[3, 4]] }))).toEqual([
    `the checkpoint has other numbers ${numbers.replace("{}", "sent")}`,
  ]);
  expect(await found(checkpoint({}, { receivedNumbers: [] }))).toEqual([
    `the checkpoint has other numbers ${numbers.replace("{}", "received")}`,
  ]);
});
