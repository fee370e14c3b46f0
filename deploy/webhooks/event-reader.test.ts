import { expect, test } from "bun:test";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import type { OutgoingEvent } from "../../engine/ports/webhook-store.ts";
import { EventReader } from "../../gateway/webhooks/event-reader.ts";
import { positionsAt } from "../../gateway/webhooks/first-positions.ts";
import { RecordsBehind } from "../../gateway/webhooks/on-hand.ts";
import { SHOP_EVENT_TYPES } from "../../gateway/webhooks/shop-event.ts";
import { JournalShop, SHARDS } from "./testing/journal-shop.ts";

const LIMITS = { eventsPerRoundMax: 64, eventsPerShardMax: 16, segmentsPerRoundMax: 1_000 };
const never = new AbortController().signal;

function readerOf(
  shop: JournalShop,
  positions: ReadonlyMap<number, number> = new Map(),
  { journal = shop.journal, types = SHOP_EVENT_TYPES, signal = never }: ReaderOptions = {},
): Promise<EventReader> {
  const sources = { journal, records: shop.records, shopId: "s", limits: LIMITS };
  return EventReader.open(sources, { tenant: "shop", types }, positions, signal);
}

interface ReaderOptions {
  readonly journal?: Journal;
  readonly types?: readonly string[];
  readonly signal?: AbortSignal;
}

async function drained(reader: EventReader, eventsMax: number): Promise<readonly OutgoingEvent[]> {
  const found: OutgoingEvent[] = [];
  for (;;) {
    const { events, isBehind } = await reader.next(eventsMax);
    found.push(...events);
    if (!isBehind) return found;
  }
}

const sold = (quantity: number): Typed =>
  ({ type: "HoldSold", holdId: "C#1", orderId: "C~1", quantity }) as Typed;
const received = (quantity: number): Typed => ({ type: "StockReceived", quantity }) as Typed;
const told = (events: readonly OutgoingEvent[]): readonly string[] =>
  events.map(({ type, body }) => `${type} ${JSON.stringify((JSON.parse(body) as { data: object }).data)}`);

test("an order is told with what it was placed with, and nothing else of its life is", async () => {
  const shop = await new JournalShop().open();
  await shop.commit("order", "C~1", [
    { type: "OrderPlaced", paymentToken: "tok_secret" } as Typed,
    { type: "PaymentAuthorised", reference: "canary" } as Typed,
    { type: "OrderConfirmed" },
  ]);
  await shop.commit("order", "C~1", [{ type: "PaymentCaptured" }]);
  await shop.commit("order", "C~1", [
    {
      type: "ReturnRequested",
      ticket: 7,
      lines: [{ line: 1, quantity: 1 }],
      refundMinor: 1_250,
      reason: "broken",
    } as Typed,
    { type: "RefundMade", ticket: 7, refundMinor: 1_250 } as Typed,
  ]);
  await shop.commit("order", "C~1", [{ type: "OrderConfirmed" }], "others");
  shop.follow();
  const { events, isBehind } = await (await readerOf(shop)).next(64);
  expect(events.map(({ type }) => type)).toEqual([
    "order.confirmed",
    "order.captured",
    "order.returned",
    "order.refunded",
  ]);
  expect(isBehind).toBe(false);
  expect(JSON.parse(events[0]?.body ?? "")).toMatchObject({
    specversion: "1.0",
    id: events[0]?.id,
    source: "urn:stampede:s:shop",
    type: "shop.stampede.order.confirmed.v1",
    subject: "order/C~1",
    data: { orderId: "C~1", customer: "ada", totalMinor: 2_500, lines: [{ sku: "LAMP", quantity: 2 }] },
  });
  const text = events.map(({ body }) => body).join("");
  expect([text.includes("tok_secret"), text.includes("canary")]).toEqual([false, false]);
});

test("a product is sold out with its last unit, and carts do not change that", async () => {
  const shop = await new JournalShop().open();
  const hold = {
    type: "HoldPlaced",
    holdId: "C#1",
    customer: "ada",
    quantity: 3,
    unitPriceMinor: 1,
    expiresAtMs: 1,
  };
  await shop.commit("inventory", "LAMP", [received(3), hold, sold(2)]);
  await shop.commit("inventory", "LAMP", [sold(1)]);
  await shop.commit("inventory", "LAMP", [received(0), received(4)]);
  await shop.commit("inventory", "LAMP", [{ type: "StockAdjusted", quantity: -4, reason: "lost" } as Typed]);
  shop.follow();
  const { events } = await (await readerOf(shop)).next(64);
  expect(told(events)).toEqual([
    'product.back_in_stock {"sku":"LAMP","onHand":3}',
    'product.sold_out {"sku":"LAMP","onHand":0}',
    'product.back_in_stock {"sku":"LAMP","onHand":4}',
    'product.sold_out {"sku":"LAMP","onHand":0}',
  ]);
});

test("from wherever it is read again, each event is the same to the byte", async () => {
  const shop = await new JournalShop().open();
  for (let round = 0; round < 12; round += 1) {
    await shop.commit("inventory", "LAMP", [received(2), sold(1)]);
    await shop.commit("inventory", "MUG", [round % 3 === 0 ? received(2) : sold(1)]);
    await shop.commit("inventory", "LAMP", [sold(1)]);
    await shop.commit("order", "C~1", [{ type: "OrderConfirmed" }]);
  }
  shop.follow();
  const all = await drained(await readerOf(shop), 64);
  const whole = new Map(all.map((event) => [event.id, event.body]));
  expect([whole.size, all.length]).toEqual([all.length, 44]);
  for (const seq of [1, 2, 7, 20, 37]) {
    const stop = (shard: number): number => Math.min(seq, shop.followed.get(shard) ?? 0);
    const reader = await readerOf(shop, new Map(SHARDS.map((shard) => [shard, stop(shard)])));
    // In small rounds, too.
    const found = await drained(reader, 3);
    const expected = all.filter((event) => event.seq > stop(event.shard));
    expect(found.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    for (const { id, body } of found) expect(body).toBe(whole.get(id) ?? "");
  }
});

test("nothing is told that the read models have not followed, and who is ahead of them waits", async () => {
  const shop = await new JournalShop().open();
  await shop.commit("order", "C~1", [{ type: "OrderConfirmed" }]);
  const reader = await readerOf(shop);
  expect(await reader.next(64)).toMatchObject({ events: [], isBehind: false });
  await expect(readerOf(shop, new Map([[9, 1]]))).rejects.toBeInstanceOf(RecordsBehind);
  shop.follow();
  await shop.commit("order", "C~1", [{ type: "PaymentCaptured" }]);
  expect((await reader.next(64)).events.map(({ type }) => type)).toEqual(["order.confirmed"]);
});

test("a shard that cannot be read holds up no other, and nothing of it is passed over", async () => {
  const shop = await new JournalShop().open();
  await shop.commit("order", "C~1", [{ type: "OrderConfirmed" }]);
  await shop.commit("inventory", "LAMP", [received(3)]);
  await shop.commit("inventory", "LAMP", [sold(3)]);
  shop.follow();
  const [orders = 0, products = 0] = SHARDS;
  const typesOf = ({ events }: { readonly events: readonly OutgoingEvent[] }): readonly string[] =>
    events.map(({ type }) => type);

  let journal = shop.damaged(orders);
  const lacksOrders = await readerOf(shop, new Map(), { journal, types: ["order.confirmed"] });
  const first = await lacksOrders.next(64);
  expect([typesOf(first), [...first.faults.keys()], first.isBehind]).toEqual([[], [orders], false]);
  expect(lacksOrders.steps().map(({ shard }) => shard)).toEqual([products]);

  // Units on hand are not known of a shard that cannot be read: nothing is said of its products.
  journal = shop.damaged(products);
  const lacksProducts = await readerOf(shop, new Map(), { journal });
  const second = await lacksProducts.next(64);
  expect([typesOf(second), [...second.faults.keys()], second.isBehind]).toEqual([
    ["order.confirmed"],
    [products],
    false,
  ]);
  expect(lacksProducts.leavesOut).toBe(true);
  expect(lacksProducts.steps().map(({ shard }) => shard)).toEqual([orders]);
  const whole = await readerOf(shop, new Map([[orders, 2]]));
  expect(typesOf(await whole.next(64))).toEqual(["product.back_in_stock", "product.sold_out"]);
});

test("an order that the read models lack holds up its shard from there on, and no other; nothing is passed over", async () => {
  const shop = await new JournalShop().open();
  for (const id of ["C~1", "C~2", "C~3"]) await shop.commit("order", id, [{ type: "OrderConfirmed" }]);
  await shop.commit("inventory", "LAMP", [received(3)]);
  shop.follow();
  const subjectsOf = async (reader: EventReader): Promise<readonly string[]> =>
    (await drained(reader, 64)).map(({ subject }) => subject);
  shop.lacking.add("C~2");
  const lacks = await readerOf(shop);
  expect(await subjectsOf(lacks)).toEqual(["order/C~1", "product/LAMP"]);
  shop.lacking.clear();
  expect([await subjectsOf(lacks), lacks.leavesOut]).toEqual([[], true]);
  expect([...(await lacks.next(64)).faults.keys()]).toEqual([SHARDS[0] ?? 0]);
  const steps = lacks.steps().map(({ shard, newSeq }): [number, number] => [shard, newSeq]);
  expect(await subjectsOf(await readerOf(shop, new Map(steps)))).toEqual(["order/C~2", "order/C~3"]);
});

test("whoever has to end does not wait until all that an endpoint has missed is read", async () => {
  const shop = await new JournalShop().open();
  await shop.commit("inventory", "LAMP", [received(3)]);
  shop.follow();
  const ended = AbortSignal.abort(new Error("over"));
  await expect(readerOf(shop, new Map(), { signal: ended })).rejects.toThrow("over");
});

test("positions step over what was read, and no further", async () => {
  const shop = await new JournalShop().open();
  for (let orders = 0; orders < 3; orders += 1)
    await shop.commit("order", "C~1", [{ type: "OrderConfirmed" }]);
  shop.follow();
  const reader = await readerOf(shop);
  await reader.next(2);
  const steps = reader.steps();
  expect(steps).toEqual([{ shard: 4, oldSeq: 0, newSeq: 3 }]);
  reader.stepped(steps);
  expect(reader.steps()).toEqual([]);
  await reader.next(64);
  expect(reader.steps()).toEqual([
    { shard: 4, oldSeq: 3, newSeq: 4 },
    { shard: 9, oldSeq: 0, newSeq: 1 },
  ]);
});

test("who begins with an earlier moment begins behind the last segment from before it", async () => {
  const shop = await new JournalShop().open();
  for (let orders = 0; orders < 5; orders += 1)
    await shop.commit("order", "C~1", [{ type: "OrderConfirmed" }]);
  // The first segment is a takeover record, and has the time of another clock.
  for (const [atMs, seq] of [
    [0, 0],
    [10_100, 0],
    [10_101, 2],
    [10_300, 3],
    [99_999, 6],
  ] as const)
    expect([atMs, new Map(await positionsAt(shop.journal, atMs)).get(4)]).toEqual([atMs, seq]);
});
