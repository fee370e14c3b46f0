import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Journal } from "../../engine/ports/journal.ts";
import type { Log } from "../../engine/ports/log.ts";
import { SequentialEntropy } from "../../engine/testing/sequential-entropy.ts";
import { noWebhooks } from "../../gateway/webhooks/webhook-counters.ts";
import { defaultWebhookLimits, ENDPOINTS_MAX } from "../../gateway/webhooks/webhook-limits.ts";
import type { Delivery, DeliveryOutcome } from "../../gateway/webhooks/webhook-sender.ts";
import { Webhooks } from "../../gateway/webhooks/webhooks.ts";
import { postgresWebhookStore } from "../../persistence/postgres/webhook-store.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { migratedDatabase, type MigratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { systemClock } from "../system-clock.ts";
import { JournalShop, SHARDS } from "./testing/journal-shop.ts";
import { WebhookDesk } from "./webhook-desk.ts";

const TYPES: ["order.confirmed", "order.captured"] = ["order.confirmed", "order.captured"];
// A day in a fraction of a second.
const LIMITS = {
  ...defaultWebhookLimits,
  retryMs: 5,
  retryMsMax: 20,
  idlePauseMs: 5,
  awayPauseMsMax: 20,
  lookEveryMs: 5,
  tidyEveryMs: 5,
  positionsEveryMs: 5,
};

let database: MigratedDatabase;
let shop: JournalShop;
let journal: Journal;
let desk: WebhookDesk;
let sent: { readonly id: string; readonly type: string }[];
let nodes: Webhooks[];
let answer: (type: string) => DeliveryOutcome;

beforeAll(async () => {
  database = await migratedDatabase();
});

afterAll(() => database.close());

beforeEach(async () => {
  await database.database.write((sql) => sql`truncate webhook_endpoint cascade`);
  shop = await new JournalShop().open();
  ({ journal } = shop);
  sent = [];
  nodes = [];
  answer = () => ({ type: "delivered", status: 200 });
  desk = new WebhookDesk({
    parts: { ...parts(), close: async () => undefined },
    shopId: "s",
    tenant: "shop",
    clock: systemClock,
    entropy: new SequentialEntropy(),
    log: silentLog,
  });
});

afterEach(() => Promise.all(nodes.map((node) => node.stop())));

function parts() {
  const send = async ({ body }: Delivery): Promise<DeliveryOutcome> => {
    const event = JSON.parse(body) as { id: string; type: string };
    const outcome = answer(event.type);
    if (outcome.type === "delivered") sent.push(event);
    return outcome;
  };
  const store = postgresWebhookStore(database.database);
  return { journal, records: shop.records, store, send };
}

function telling(limits = LIMITS, log: Log = silentLog): Webhooks {
  const webhooks = new Webhooks({
    ...parts(),
    shopId: "s",
    counters: noWebhooks(),
    clock: systemClock,
    log,
    limits,
  });
  webhooks.start();
  nodes.push(webhooks);
  return webhooks;
}

async function add(): Promise<string> {
  const asked = { url: "https://example.com/", types: TYPES, allowPrivate: false, allowPlain: false };
  const { endpoint } = await desk.add({ ...asked, dryRun: false });
  return endpoint?.id ?? "";
}

async function sell(orders = 1): Promise<void> {
  for (let order = 0; order < orders; order += 1)
    await shop.commit("order", `C~${crypto.randomUUID()}`, [
      { type: "OrderConfirmed" },
      { type: "PaymentCaptured" },
    ]);
  shop.follow();
}

/** What was told is noted after it was taken. */
function recorded(id: string): Promise<void> {
  const store = postgresWebhookStore(database.database);
  return eventually("positions are where the journal ends", async () =>
    Bun.deepEquals(await store.positions(id), shop.followed),
  );
}

test("what happened before an endpoint was added is told when that is asked for, and then again", async () => {
  await sell();
  const id = await add();
  telling();
  await sell();
  await eventually("the second order is told", () => sent.length === 2);
  await recorded(id);
  const { isChanged, detail } = await desk.replay(id, { sinceMs: 0, dryRun: false });
  expect([isChanged, detail]).toEqual([
    true,
    expect.stringMatching(/told again .* \([1-9]\d* segments? of the journal\)/),
  ]);
  await eventually("both orders are told", () => sent.length === 6);
  expect(new Set(sent.map((event) => event.id)).size).toBe(4);
});

test("a dead letter is listed, replayed under its id, and no earlier", async () => {
  const id = await add();
  const webhooks = telling({ ...LIMITS, refusedMsMax: 30 });
  answer = (type) =>
    type.includes("captured")
      ? { type: "failed", failure: "answered 422" }
      : { type: "delivered", status: 200 };
  // Others are taken meanwhile.
  await eventually("an event has died", async () => {
    await sell();
    return (await desk.show(id)).dead > 0;
  });
  await eventually("it is counted", () => webhooks.statistics.deadLetters > 0);
  const [letter] = await desk.failed(id, 1);
  expect(letter).toMatchObject({ type: "order.captured", lastFailure: "answered 422" });
  expect(JSON.parse(letter?.body ?? "")).toMatchObject({ id: letter?.id });
  await expect(desk.replay(id, { event: "nothing", dryRun: false })).rejects.toMatchObject({
    problem: { code: "unknown_event" },
  });
  answer = () => ({ type: "delivered", status: 200 });
  // Whatever is still waiting may have been refused for the last time already, and is dead once that is noted.
  await eventually("all others are told", async () => (await desk.show(id)).waiting === 0);
  const planned = await desk.replay(id, { event: letter?.id, dryRun: true });
  expect(planned).toMatchObject({ isChanged: false, detail: "would get 1 dead letter again" });
  expect(await desk.replay(id, { dryRun: false })).toMatchObject({ isChanged: true });
  await eventually("it is told", () => sent.some((event) => event.id === letter?.id));
  await eventually("nothing is left", async () => {
    const { waiting, dead } = await desk.show(id);
    return waiting + dead === 0;
  });
});

test("an endpoint that takes nothing is suspended, and told all of it once it is resumed", async () => {
  const id = await add();
  answer = () => ({ type: "failed", failure: "answered 500" });
  const webhooks = telling({ ...LIMITS, failingMsMax: 100 });
  await sell(3);
  await eventually("it is suspended", async () => (await desk.show(id)).state === "suspended");
  await eventually("operators are told", () => webhooks.statistics.suspended === 1);
  await sell(2);
  answer = () => ({ type: "delivered", status: 200 });
  expect((await desk.show(id)).reason).toContain("at last: answered 500");
  await desk.resume(id, false);
  await eventually("everything is told", () => sent.length === 10);
  expect(new Set(sent.map((event) => event.id)).size).toBe(10);
});

test("the log says once that an endpoint takes nothing, and once that it is well again", async () => {
  const id = await add();
  answer = () => ({ type: "failed", failure: "answered 500" });
  const told: unknown[] = [];
  const warn: Log["warn"] = (fields, message) => void told.push([fields, message]);
  telling({ ...LIMITS, failingToldMs: 20 }, { ...silentLog, warn });
  await sell(3);
  await eventually("it is told", () => told.length > 0);
  const { failingSinceMs } = await desk.show(id);
  expect(failingSinceMs).not.toBeNull();
  answer = () => ({ type: "delivered", status: 200 });
  await eventually("everything is told", () => sent.length === 6);
  await eventually("that is told, too", () => told.length > 1);
  expect(told).toEqual([
    [{ endpoint: id, reason: "answered 500" }, "an endpoint takes nothing; it is tried on"],
    [{ endpoint: id }, "an endpoint takes what it gets again"],
  ]);
});

test("a clock that is set while something is read does not keep an endpoint waiting", async () => {
  await add();
  let aheadMs = 0;
  const { records } = shop;
  const followed = async (): ReturnType<typeof records.followed> => {
    aheadMs += 3_600_000;
    return shop.followed;
  };
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
  const limits = { ...LIMITS, readPauseMsMax: 20 };
  const counters = noWebhooks();
  const node = new Webhooks({
    ...parts(),
    records: { ...records, followed },
    shopId: "s",
    counters,
    clock,
    log: silentLog,
    limits,
  });
  nodes.push(node);
  node.start();
  await eventually("it was looked at", () => aheadMs > 0);
  await sell();
  await eventually("all is told", () => sent.length === 2);
});

test("what cannot be read is seen by operators, also when nothing was ever told", async () => {
  await add();
  await sell();
  const [orders = 0] = SHARDS;
  const readable = shop.journal;
  journal = shop.damaged(orders);
  const webhooks = telling();
  await eventually("the endpoint counts as behind", () => webhooks.statistics.oldestAtMs !== undefined);
  const sinceMs = webhooks.statistics.oldestAtMs ?? 0;
  expect(Math.abs(Date.now() - sinceMs)).toBeLessThan(60_000);
  expect(sent).toEqual([]);
  await webhooks.stop();
  journal = readable;
  const well = telling();
  await eventually("all is told", () => sent.length === 2);
  await eventually("nothing is behind", () => well.statistics.oldestAtMs === undefined);
});

test("two nodes that tell at once miss nothing, and leave the positions where they belong", async () => {
  const id = await add();
  const both = [telling(), telling()];
  for (let order = 0; order < 20; order += 1) await sell();
  await eventually("all is told", () => new Set(sent.map((event) => event.id)).size === 40);
  await recorded(id);
  await Promise.all(both.map((node) => node.stop()));
  const store = postgresWebhookStore(database.database);
  expect(await store.counts(id)).toEqual({ waiting: 0, dead: 0 });
});

test("what is stopped in the middle is told by whoever goes on, and nothing of it twice", async () => {
  await add();
  await sell(30);
  for (const inFlightMax of [1, 8]) {
    const before = sent.length;
    const node = telling({ ...LIMITS, inFlightMax });
    await eventually("some are told", () => sent.length > before + 2);
    await node.stop();
  }
  telling();
  await eventually("all is told", () => new Set(sent.map((event) => event.id)).size === 60);
  expect(sent).toHaveLength(60);
});

test("a shop has so many endpoints, and an id is given once", async () => {
  const asked = {
    url: "https://example.com/",
    types: TYPES,
    allowPrivate: false,
    allowPlain: false,
    dryRun: false,
  };
  const id = crypto.randomUUID();
  const first = await desk.add({ ...asked, id });
  expect(first.secret).toMatch(/^whsec_/);
  await expect(desk.add({ ...asked, id })).rejects.toMatchObject({ problem: { code: "id_taken" } });
  for (let more = 1; more < ENDPOINTS_MAX; more += 1) await desk.add(asked);
  await expect(desk.add(asked)).rejects.toMatchObject({ problem: { code: "precheck_refused" } });
  expect(JSON.stringify(await desk.list())).not.toContain("whsec_");
  await expect(desk.show("https://example.com/")).rejects.toThrow("may be one of 16 endpoints");
});
