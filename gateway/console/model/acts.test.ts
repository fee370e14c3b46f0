import { expect, test } from "bun:test";
import type { ConsolePlan, SellingPlan, SellingReport } from "../../protocol/console-act.ts";
import type { ConsoleOperation } from "../../protocol/console-line.ts";
import { isComplete, titleOf } from "./act.ts";
import { cancelOutcome, cancelPlanText, clusterOutcome, clusterPlanText } from "./cluster-text.ts";
import { sellingOutcome, sellingPlanText } from "./selling-text.ts";

const PLAN: SellingPlan = {
  id: "p-1",
  isListCurrent: true,
  changes: 12,
  unchanged: 1,
  available: 340,
  held: 1,
  products: [{ sku: "LAMP", text: "on sale -> paused" }],
};

const REPORT: SellingReport = {
  type: "Ended",
  key: "k",
  isListCurrent: true,
  changed: 12,
  unchanged: 0,
  refused: 0,
  unreached: 0,
  failures: [],
};

test("a pause names how many products and units it is about before it can be confirmed", () => {
  const shown = sellingPlanText("pause", PLAN);
  expect(shown.sentences.slice(0, 2)).toEqual([
    "12 products would be paused; 1 product is paused already.",
    "340 units left of all of these, 1 unit in carts.",
  ]);
  expect(shown.items).toEqual(["LAMP: on sale -> paused", "… and 11 more products"]);
  expect([shown.confirm, shown.planId]).toEqual(["Pause 12 products", null]);
});

test("what is sold again has to be what was shown; where nothing is to do nothing can be confirmed", () => {
  const shown = sellingPlanText("resume", { ...PLAN, changes: 1, unchanged: 0 });
  expect([shown.sentences[0], shown.confirm, shown.planId]).toEqual([
    "1 product would be sold again.",
    "Sell 1 product again",
    "p-1",
  ]);
  const nothing = sellingPlanText("resume", { ...PLAN, changes: 0, unchanged: 3, products: [] });
  expect([nothing.sentences[0], nothing.confirm]).toEqual([
    "Nothing to do: 3 products are sold already.",
    null,
  ]);
});

test("an old list is told before and after", () => {
  const old = expect.stringContaining("The list of products is old");
  expect(sellingPlanText("pause", { ...PLAN, isListCurrent: false }).sentences).toContainEqual(old);
  expect(sellingOutcome("pause", { ...REPORT, isListCurrent: false }).sentences).toContainEqual(old);
});

test("what came of a change says what is done, what is not, and why", () => {
  expect(sellingOutcome("pause", REPORT)).toMatchObject({
    result: "done",
    sentences: ["12 products are paused now."],
  });
  const failures = [{ sku: "LAMP", detail: "Nobody answered." }];
  expect(sellingOutcome("resume", { ...REPORT, changed: 1, unreached: 2, failures })).toMatchObject({
    result: "partly",
    sentences: [
      "1 product is sold again now.",
      "2 products could not be reached; it may be done all the same.",
    ],
    items: ["LAMP: Nobody answered.", "… and 1 more product"],
  });
  const resultOf = (report: Partial<SellingReport>) =>
    sellingOutcome("pause", { ...REPORT, changed: 0, failures, ...report }).result;
  expect([resultOf({ refused: 1 }), resultOf({ unreached: 1 })]).toEqual(["refused", "unknown"]);
  expect(sellingOutcome("pause", { ...REPORT, changed: 0, unchanged: 1 }).sentences).toEqual([
    "There was nothing left to do: 1 product is paused already.",
  ]);
});

const DRAIN: ConsolePlan = {
  id: "p-2",
  prechecks: [],
  moves: [
    { shard: 1, to: { node: "node-a" } },
    { shard: 2, to: { node: "node-b" } },
    { shard: 4, to: { node: "node-b" } },
  ],
  skipped: [{ shard: 3, reason: "PINNED" }],
  nothing: null,
  pauseMs: 38.2,
};

test("a drain tells what moves where, how long that takes, and what stays; refused, it cannot be confirmed", () => {
  const change = { type: "DrainNode", node: "node-c" } as const;
  expect(clusterPlanText("Drain node-c", change, DRAIN)).toEqual({
    sentences: [
      "The node gives its shards to others, and gets no further ones.",
      "3 shards would move, each of which waits about 39 ms.",
      "1 shard would stay.",
    ],
    items: ["Shard 3 stays: PINNED", "1 shard to node-a", "2 shards to node-b"],
    confirm: "Drain node-c: move 3 shards",
    planId: "p-2",
  });
  const prechecks = [{ detail: "There is no room." }];
  const refused = clusterPlanText("Drain node-c", change, { ...DRAIN, prechecks });
  expect([refused.sentences, refused.confirm]).toEqual([
    ["This would be refused:", "There is no room."],
    null,
  ]);
  const nothing = clusterPlanText("Drain node-c", change, { ...DRAIN, nothing: "It is empty." });
  expect([nothing.sentences, nothing.confirm]).toEqual([["Nothing to do: It is empty."], null]);
});

const UNDER_WAY: ConsoleOperation = {
  id: "00000000-0000-7000-8000-00000000beef",
  kind: "drain",
  status: "running",
  askedBy: "anna",
  stepsDone: 3,
  stepsTotal: 85,
  createdAtMs: 0,
  endedAtMs: null,
  ending: null,
};

test("the end of an operation says what stays", () => {
  const { confirm, sentences } = cancelPlanText({ type: "cancel", operation: UNDER_WAY });
  expect([confirm, sentences[0]]).toEqual([
    "Cancel the drain",
    "3 of 85 steps of the drain that anna has asked for are over, and stay.",
  ]);
});

test("what has come of a change is told as far as it is known: a drain goes on, a suspension is in force", () => {
  const execution = (status: string) => ({ operation: { id: UNDER_WAY.id, status }, detail: null });
  const drain = { type: "DrainNode", node: "node-c" } as const;
  const drained = (status: string) => clusterOutcome(drain, execution(status)).result;
  expect(["running", "done", "partly", "failed"].map(drained)).toEqual([
    "begun",
    "done",
    "partly",
    "refused",
  ]);
  expect(clusterOutcome({ type: "SuspendRebalancing" }, execution("running")).result).toBe("done");
  expect(clusterOutcome(drain, { operation: null, detail: "It is drained." }).sentences).toEqual([
    "There was nothing to do: It is drained.",
  ]);
  const cancelled = (status: string) => cancelOutcome(execution(status)).sentences[0];
  expect(["running", "cancelled", "done"].map(cancelled)).toEqual([
    "Moves of operation 0000beef that have begun are being undone.",
    "Cancelled: operation 0000beef.",
    "It was over already, done: operation 0000beef.",
  ]);
});

test("an act is looked at when all is told that it needs: who always, why for a pause", () => {
  const pause = { type: "selling", action: "pause", choice: null } as const;
  const details = { choice: { type: "all" }, reason: "wrong price", askedBy: "anna" } as const;
  expect(isComplete(pause, details)).toBe(true);
  for (const missing of [
    { choice: null },
    { choice: { type: "skus", skus: [] } } as const,
    { reason: " " },
    { askedBy: "" },
  ])
    expect(isComplete(pause, { ...details, ...missing })).toBe(false);
  expect(isComplete({ ...pause, action: "resume" }, { ...details, reason: "" })).toBe(true);
  const cordon = { type: "cluster", change: { type: "CordonNode", node: "node-c" } } as const;
  expect(isComplete(cordon, { choice: null, reason: "", askedBy: "anna" })).toBe(true);
  expect([titleOf(pause), titleOf(cordon)]).toEqual(["Pause selling", "Cordon node-c"]);
});
