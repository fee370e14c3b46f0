import { afterEach, expect, test } from "bun:test";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { Phase, Step } from "../scenario/scenario.ts";
import type { LoadCrowd } from "./load-crowd.ts";
import { runCrowd, taskFor } from "./testing/crowd-run.ts";
import { agreeable, PretendShop, problem, type Answers } from "./testing/pretend-shop.ts";

const shops: PretendShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

function open(answers?: Answers, units?: Readonly<Record<string, number>>): PretendShop {
  const shop = new PretendShop(answers, units);
  shops.push(shop);
  return shop;
}

const ADD: Step = { kind: "add", lines: 1, quantity: 1 };
const PAY: Step = { kind: "checkout", paymentToken: "tok_ok" };

/** So short that the visit that begins with it is the only one. */
const ONCE = { phases: [{ name: "once", seconds: 0.001, fromRate: 0, toRate: 0 }] };

function journey(...steps: readonly Step[]) {
  return { journeys: [{ name: "only", weight: 1, steps }] };
}

function rate(perSecond: number, seconds = 0.5): readonly Phase[] {
  return [{ name: "all", seconds, fromRate: perSecond, toRate: perSecond }];
}

test("in a closed loop everybody begins again until the time is over, and all that was begun ends", async () => {
  const shop = open();
  const run = await runCrowd(taskFor(shop, { sockets: 3, phases: rate(0, 3) }));
  expect(run.total("orders")).toBeGreaterThan(3);
  expect(run.total("completed")).toBe(run.total("arrivals"));
  expect(run.acknowledged).toBe(shop.commands("checkout").length);
  expect(run.end).toEqual({ kind: "done", unanswered: 0, cutOffAtSeconds: null });
  expect(shop.customers).toBe(3);
});

test("in an open loop as many arrive as the seed says, whatever the shop does", async () => {
  const scenario = { arrivals: { kind: "open" }, sockets: 5, phases: rate(200) } as const;
  const quick = await runCrowd(taskFor(open(), scenario));
  const silent = await runCrowd(
    taskFor(
      open(() => "nothing"),
      scenario,
    ),
  );
  expect(quick.total("arrivals")).toBeWithin(60, 140);
  expect(silent.total("arrivals")).toBe(quick.total("arrivals"));
  expect(silent.total("dropped") + silent.total("unfinished")).toBe(silent.total("arrivals"));
  expect(quick.total("dropped") + quick.total("completed")).toBe(quick.total("arrivals"));
});

test("arrivals that no connection is free for are dropped, and a checkout without an answer is told", async () => {
  const shop = open((frame) => (frame.op === "checkout" ? "nothing" : agreeable(frame)));
  const run = await runCrowd(taskFor(shop, { arrivals: { kind: "open" }, sockets: 2, phases: rate(200) }));
  expect(run.total("arrivals") - run.total("dropped")).toBe(2);
  expect(run.end).toMatchObject({ unanswered: 2, cutOffAtSeconds: null });
});

test("who waits in vain is counted as unfinished, and the wait is in the latencies", async () => {
  const shop = open((frame) => (frame.customer === 1 ? "nothing" : agreeable(frame)));
  const run = await runCrowd(taskFor(shop, { sockets: 2, ...ONCE }));
  expect(run.total("unfinished")).toBe(1);
  expect(run.total("completed")).toBe(run.total("arrivals") - 1);
  const waitedMicros = run.seconds.map(({ micros }) => maxOf(micros["cart.add"]));
  // So long does the crowd wait after its end.
  expect(Math.max(...waitedMicros)).toBeGreaterThanOrEqual(490_000);
  expect(run.timed("order")).toBe(run.total("orders"));
});

test("each command of a bot that gets no answer is in the latencies", async () => {
  const shop = open(() => "nothing");
  const run = await runCrowd(
    taskFor(shop, { ...journey({ kind: "burst", commands: 5, quantity: 1 }), ...ONCE }),
  );
  expect([run.total("unfinished"), run.timed("cart.add")]).toEqual([1, 5]);
});

test("a journey takes its steps in order: looks, adds different products, takes them out, buys", async () => {
  const shop = open();
  const steps = journey({ kind: "browse", products: 2 }, { ...ADD, lines: 3 }, { kind: "empty" }, ADD, PAY);
  await runCrowd(taskFor(shop, { ...steps, ...ONCE }));
  const done = shop.seen.map(({ t, op }) => t ?? op);
  expect(done.slice(0, 12).join(" ")).toBe(
    "subscribe unsubscribe subscribe unsubscribe " +
      "cart.add cart.add cart.add cart.remove cart.remove cart.remove cart.add checkout",
  );
  const added = shop.commands("cart.add").slice(0, 3);
  const removed = shop.commands("cart.remove").slice(0, 3);
  expect(new Set(added.map(({ sku }) => sku))).toEqual(new Set(["A", "B", "C"]));
  expect(removed.map(({ line }) => line)).toEqual(added.map(({ id }) => id).toReversed());
});

test("a refusal ends a visit, and counts by its code", async () => {
  const shop = open(({ op, ...frame }) =>
    op === "cart.add" ? problem("sold_out") : agreeable({ op, ...frame }),
  );
  const run = await runCrowd(taskFor(shop));
  expect(shop.commands("checkout")).toEqual([]);
  expect(run.refused("sold_out")).toBe(run.total("completed"));
  expect(run.total("retryable")).toBe(0);
});

test("what the shop has not decided is sent again under its key, with the wait that it asks for", async () => {
  const told = new Set<string>();
  const shop = open((frame) => {
    if (told.has(frame.key)) return agreeable(frame);
    told.add(frame.key);
    return problem("overloaded", 1);
  });
  const run = await runCrowd(taskFor(shop));
  const [first, again] = shop.seen;
  expect(again).toEqual(first);
  expect(run.total("retries")).toBe(run.refused("overloaded"));
  expect(run.total("orders")).toBeGreaterThan(0);
  expect(run.end.unanswered).toBe(0);
});

test("what the shop has decided and asks to try again is asked under another key", async () => {
  let refusals = 0;
  const shop = open((frame) => ((refusals += 1) === 1 ? problem("too_many_holds", 1) : agreeable(frame)));
  await runCrowd(taskFor(shop));
  const [first, again] = shop.seen;
  expect(again).toMatchObject({ op: "cart.add", sku: first?.sku });
  expect(again?.key).not.toBe(first?.key);
});

test("a shop that never decides a checkout is given up, and the order may exist", async () => {
  const shop = open((frame) => (frame.op === "checkout" ? problem("outcome_unknown", 1) : agreeable(frame)));
  const run = await runCrowd(taskFor(shop, ONCE));
  expect(
    shop.commands("checkout").filter(({ key }) => key === shop.commands("checkout")[0]?.key),
  ).toHaveLength(20);
  expect(run.end.unanswered).toBeGreaterThan(0);
});

test("who leaves something in the cart goes, and somebody else comes on a new connection", async () => {
  const shop = open();
  const run = await runCrowd(taskFor(shop, journey(ADD)));
  expect(run.total("completed")).toBeGreaterThan(1);
  expect(new Set(shop.seen.map(({ customer }) => customer)).size).toBe(shop.seen.length);
});

test("where a limit holds, nobody buys twice", async () => {
  const shop = open();
  const limited = { skus: 3, stock: undefined, limitPerCustomer: 2, zipf: 0 };
  const run = await runCrowd(taskFor(shop, { shop: limited }));
  const buyers = shop.commands("checkout").map(({ customer }) => customer);
  expect(run.total("orders")).toBe(buyers.length);
  expect(new Set(buyers).size).toBe(buyers.length);
});

test("a bot asks for the same many times at once, each with its own key, and pays for what it got", async () => {
  let added = 0;
  const shop = open((frame) =>
    frame.op === "cart.add" && (added += 1) > 2 ? problem("limit_per_customer") : agreeable(frame),
  );
  const run = await runCrowd(
    taskFor(shop, { ...journey({ kind: "burst", commands: 5, quantity: 3 }, PAY), ...ONCE }),
  );
  const burst = shop.commands("cart.add").slice(0, 5);
  expect(new Set(burst.map(({ key }) => key)).size).toBe(5);
  expect(new Set(burst.map(({ sku }) => sku)).size).toBe(1);
  expect(shop.seen[5]?.op).toBe("checkout");
  expect(run.total("holds")).toBe(6);
});

test("a recorded basket is bought line by line, at its time and not before", async () => {
  const laterMs = 100;
  let laterAtMs = 0;
  const shop = open((frame) => {
    if (frame.sku === "C") laterAtMs = performance.now();
    return agreeable(frame);
  });
  const lines = [
    { sku: "B", quantity: 4 },
    { sku: "A", quantity: 1 },
  ];
  const recorded = [
    { atMs: 0, lines },
    { atMs: laterMs, lines: [{ sku: "C", quantity: 2 }] },
  ];
  const arrivals = { kind: "recorded", day: undefined, speed: 1 } as const;
  // Each has a connection of its own: on a busy machine the second one comes before the first one is done.
  const scenario = { ...journey({ kind: "basket" }, PAY), arrivals, sockets: 2 };
  const beganAtMs = performance.now();
  const run = await runCrowd(taskFor(shop, scenario, { recorded }));
  const later = shop.seen.find(({ sku }) => sku === "C")?.customer;
  const doneBy = (isLater: boolean) =>
    shop.seen
      .filter(({ customer }) => (customer === later) === isLater)
      .map(({ op, sku, quantity }) => [op, sku, quantity] as const);
  expect(doneBy(false)).toEqual([
    ["cart.add", "B", 4],
    ["cart.add", "A", 1],
    ["checkout", undefined, undefined],
  ]);
  expect(doneBy(true)).toEqual([
    ["cart.add", "C", 2],
    ["checkout", undefined, undefined],
  ]);
  expect(laterAtMs - beganAtMs).toBeGreaterThanOrEqual(laterMs);
  expect([run.total("orders"), run.total("holds")]).toEqual([2, 7]);
});

test("a connection that is lost in a checkout leaves it unanswered, and another one comes in its place", async () => {
  const shop = open((frame) =>
    frame.op === "checkout" && frame.customer === 1 ? "close" : agreeable(frame),
  );
  const run = await runCrowd(taskFor(shop, { phases: rate(0, 3) }));
  expect(run.end).toMatchObject({ unanswered: 1, cutOffAtSeconds: null });
  expect(run.total("unfinished")).toBe(1);
  expect(run.total("orders")).toBeGreaterThan(0);
  expect(run.timed("checkout")).toBe(run.total("orders") + 1);
});

test("a shop that lets nobody in any more cuts the crowd off, which does not wait for the end of the run", async () => {
  const shop = open();
  const task = taskFor(shop, { phases: rate(0, 3_600) });
  const run = await runCrowd(task, (message) => {
    if (message.kind === "second") void shop.close();
  });
  // It was there for a second, and some time passed before nobody believed in it any more.
  expect(run.end.cutOffAtSeconds).toBeGreaterThanOrEqual(1);
  expect(run.end.cutOffAtSeconds).toBeLessThan(run.seconds.at(-1)?.second ?? 0);
});

test("a run that is ended early begins no visit any more, and who thinks leaves", async () => {
  const shop = open();
  const thinking = journey(ADD, { kind: "think", meanMs: 3_600_000 }, PAY);
  const run = await runCrowd(taskFor(shop, { ...thinking, phases: rate(0, 3_600) }), (message, crowd) => {
    if (message.kind === "second" && message.second.holds > 0) crowd.stop();
  });
  expect([run.total("arrivals"), run.total("completed"), run.total("orders")]).toEqual([1, 1, 0]);
});

test("what ends after a run was ended early is no part of the second in which it was", async () => {
  const running: { crowd?: LoadCrowd } = {};
  const shop = open((frame) => {
    if (frame.op === "checkout") running.crowd?.stop();
    return agreeable(frame);
  });
  const run = await runCrowd(
    taskFor(shop, { phases: rate(0, 3_600) }),
    (_, crowd) => (running.crowd = crowd),
  );
  expect(run.seconds.map(({ second, holds, orders }) => [second, holds, orders])).toEqual([
    [0, 1, 0],
    [1, 0, 1],
  ]);
});

test("a crowd that is not let in says why", async () => {
  const shop = open();
  await shop.close();
  await expect(runCrowd(taskFor(shop))).rejects.toThrow("the shop closed a visitor's connection: code 1006");
});

test("seconds follow each other without a gap, the last one after the end", async () => {
  const run = await runCrowd(taskFor(open(), { phases: rate(0, 2.2) }));
  expect(run.seconds.map(({ second }) => second)).toEqual([0, 1, 2]);
  expect(run.told.at(-1)?.kind).toBe("done");
});

/** The highest value of a histogram, microseconds; 0 when it is empty. */
function maxOf(histogram: string | undefined): number {
  return histogram === undefined ? 0 : decodeFromCompressedBase64(histogram, 32, false).maxValue;
}
