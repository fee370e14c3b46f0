import { expect, test } from "bun:test";
import { entry, examine, recorded, segment, shownDecider, violationsOf } from "../testing/planted.ts";
import { verifyJournal } from "../verify-journal.ts";
import { folds } from "./folds.ts";

const LAMP = "main/inventory/LAMP";

test("actors that fold pass", async () => {
  const actors = [entry(LAMP, [{ type: "Fine" }]), entry("main/cart/CART", [{ type: "Fine" }])];
  const report = await examine(folds, [segment(0, 1, { actors })]);
  expect([report.checked, report.violations]).toEqual([2, 0]);
});

test("an event that breaks an invariant is found, and the actor's later ones are not blamed for it", async () => {
  const segments = [1, 2].map((seq) => segment(0, seq, { actors: [entry(LAMP, [{ type: "Broken" }])] }));
  const report = await examine(folds, segments);
  expect(report.examples).toEqual([
    { address: LAMP, shard: 0, seq: 1, detail: "this event breaks an invariant" },
  ]);
});

test("events of a kind that nobody knows are found", async () => {
  const found = await violationsOf(folds, [segment(0, 1, { actors: [entry("main/ghost/G", [])] })]);
  expect(found).toEqual(["there is no decider for the kind ghost"]);
});

test("events of a version that the program does not know are found", async () => {
  const actors = [{ ...entry(LAMP, [{ type: "Fine" }]), version: 2 }];
  const found = await violationsOf(folds, [segment(0, 1, { actors })]);
  expect(found).toEqual(["the events have version 2, this release knows version 1: a newer one wrote them"]);
});

test("a snapshot that gives another state is found", async () => {
  const forgetful = { ...shownDecider("inventory"), fromSnapshot: () => ({ view: undefined }) };
  const actors = [entry(LAMP, [{ type: "Shown", view: { available: 1 } }])];
  const journal = recorded([segment(0, 1, { actors })]);
  const report = await verifyJournal(journal, { deciders: [forgetful], shardCount: 1, checks: [folds] });
  expect(report.checks[0]?.examples[0]?.detail).toBe("the state that its snapshot gives is another one");
});
