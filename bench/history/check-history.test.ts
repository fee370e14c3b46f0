import { beforeAll, expect, test } from "bun:test";
import { shopDeciders } from "../../actors/shop.ts";
import type { DataRecord } from "../../engine/contract/data.ts";
import type { ActorEntry } from "../../engine/contract/segment.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import { ENGINE_SHOP_SHARDS } from "../verify/testing/engine-shop.ts";
import { recorded } from "../verify/testing/planted.ts";
import { checkHistory, type HistoryReport } from "./check-history.ts";
import type { History, Observation, Operation } from "./history.ts";
import { recordedShop, type RecordedShop } from "./testing/recorded-shop.ts";

type World = Pick<RecordedShop, "history" | "segments">;

let world: RecordedShop;

beforeAll(async () => {
  world = await recordedShop();
});

function check({ history, segments }: World): Promise<HistoryReport> {
  const { snapshots } = world;
  const options = { deciders: shopDeciders, shardCount: ENGINE_SHOP_SHARDS, snapshots };
  return checkHistory(history, recorded(segments), options);
}

test("what the clients of a busy shop did and saw is what its journal says, and every check has something to look at", async () => {
  const { violations, report } = await check(world);
  expect(violations).toEqual([]);
  expect(report.checks.filter(({ checked }) => checked === 0)).toEqual([]);
});

test("operations of unknown fate may have taken effect or not", async () => {
  const { operations } = world.history;
  const forgotten = operations.map((operation): Operation => ({
    ...operation,
    ending: "unknown",
    value: null,
  }));
  const never = forgotten.map((operation): Operation => ({ ...operation, key: `never ${operation.key}` }));
  expect((await check(withHistory({ operations: [...forgotten, ...never] }))).violations).toEqual([]);
  for (const type of ["AddLine", "ChangeQuantity", "CheckOut"]) {
    const some = operations.map((operation, index) =>
      operation.operation === type ? forgotten[index] : operation,
    );
    expect((await check(withHistory({ operations: some as readonly Operation[] }))).violations).toEqual([]);
  }
});

test("a refused command may be given again under its key, and then has an effect", async () => {
  const { operations } = world.history;
  const refused = operations.map((operation): Operation => ({
    ...operation,
    ending: "refused",
    value: "sold_out",
  }));
  expect((await check(withHistory({ operations: [...refused, ...operations] }))).violations).toEqual([]);
});

/** What is wrong, how the finding reads, and the world in which it is so. */
const plants: readonly (readonly [what: string, finding: string, plant: () => World])[] = [
  ["an answer that the journal does not have", "answers: was answered with", () => withoutKeys("cart")],
  [
    "an answer that differs from the journal's",
    "answers: was answered with",
    () => withReply("AddLine", { quantity: 7 }),
  ],
  ["a repeated key with another answer", "answers: and with", () => withReply("CheckOut", { totalMinor: 1 })],
  [
    "a refused command that took effect",
    "refusals: the journal has it carried out",
    () => withOperation("AddLine", () => ({ ending: "refused", value: "sold_out" })),
  ],
  ["a command that nobody sent", "requests: but nobody sent it", () => withoutOperation("ChangeQuantity")],
  ["a key that took effect elsewhere", "requests: but it was sent to", () => inOtherTenant("ChangeQuantity")],
  [
    "a client that commands another tenant",
    "requests: gives commands to another tenant",
    () => inOtherTenant("ChangeQuantity"),
  ],
  [
    "a client that is shown another tenant's product",
    "requests: was shown another tenant's actor",
    () =>
      withView("inventory", ({ topic }) => ({
        client: topic.startsWith("main") ? "shopper 1" : "shopper 0",
      })),
  ],
  [
    "an acknowledged order that is lost",
    "orders: the journal does not have it",
    () => withEntries((entry) => without(entry, "order")),
  ],
  [
    "an acknowledged order that was not confirmed",
    "orders: the order was acknowledged, but is selling",
    () => withEntries((entry) => without(entry, "order", "OrderConfirmed")),
  ],
  [
    "an order that costs more than was told",
    "orders: told to cost 1 ",
    () => withReply("CheckOut", { totalMinor: 1 }),
  ],
  [
    "two keys that were told of one order",
    "orders: two checkouts were told that they are this order",
    () => withOperation("CheckOut", () => ({ key: "other" })),
  ],
  [
    "an order with another quantity than was told",
    "orders: is not what its client was told",
    () => withReply("ChangeQuantity", { quantity: 5 }),
  ],
  ["a line that is left out of the order", "orders: but no order has it", () => withLineLeftOut()],
  ["one key that made two orders", "orders: made two orders", () => withOneKey()],
  [
    "a view that was never true",
    "views: shows",
    () => withView("inventory", ({ value }) => ({ value: { ...(value as DataRecord), available: 99 } })),
  ],
  [
    "a view that is ahead of the journal",
    "views: is ahead of the journal",
    () => withView("inventory", () => ({ offset: 9_999 })),
  ],
  [
    "a view of a former owner",
    "views: comes from another owner",
    () => withView("cart", ({ epoch }) => ({ epoch: epoch - 1 })),
  ],
  ["views in the wrong order", "views: came after", () => withViews((views) => views.toReversed())],
  [
    "two values at one offset",
    "views: has two values",
    () => withViews((views) => views.flatMap((seen) => [seen, { ...seen, client: "other", value: null }])),
  ],
  [
    "a watcher who does not see the end",
    "views: watched to the end",
    () => withViews((views) => views.slice(0, 40)),
  ],
  ["a read that is behind what was known", "reads: and was shown offset", () => withStaleRead()],
];

for (const [what, finding, plant] of plants) {
  test(`${what}: found`, async () => {
    const { violations } = await check(plant());
    const [code = "", text = ""] = finding.split(": ");
    expect(
      violations.filter((violation) => violation.code === code).map((violation) => violation.text),
    ).toContainEqual(expect.stringContaining(text));
  });
}

/** The first operation of that kind that ended ok, changed. */
function withOperation(type: string, change: (operation: Operation) => Partial<Operation>): World {
  const { operations } = world.history;
  const index = operations.findIndex(({ operation, ending }) => operation === type && ending === "ok");
  const found = operations[index] as Operation;
  return withHistory({ operations: operations.with(index, { ...found, ...change(found) }) });
}

/** The same, with other figures in its reply. */
function withReply(type: string, changes: DataRecord): World {
  return withOperation(type, ({ value }) => ({ value: { ...(value as DataRecord), ...changes } }));
}

function withoutOperation(type: string): World {
  const { operations } = world.history;
  const index = operations.findIndex(({ operation, ending }) => operation === type && ending === "ok");
  return withHistory({ operations: operations.toSpliced(index, 1) });
}

/** The key of an operation as if its client had sent it to the same actor of the other tenant. */
function inOtherTenant(type: string): World {
  return withOperation(type, ({ actor }) => ({
    actor: actor.replace(/^\w+/, (tenant) => (tenant === "main" ? "other" : "main")),
  }));
}

function withViews(change: (views: readonly Observation[]) => readonly Observation[]): World {
  return withHistory({ observations: change(world.history.observations) });
}

/** The last pushed view of a kind of actor, changed. */
function withView(kind: string, change: (seen: Observation) => Partial<Observation>): World {
  return withViews((views) => {
    const index = views.findLastIndex(
      ({ topic, askedAtMs }) => topic.split("/")[1] === kind && askedAtMs === undefined,
    );
    const found = views[index] as Observation;
    return views.with(index, { ...found, ...change(found) });
  });
}

/** The last read of a cart, answered with what its client had seen first of all. */
function withStaleRead(): World {
  return withViews((views) => {
    const index = views.findLastIndex(({ topic, askedAtMs }) => topic.includes("/cart/") && askedAtMs);
    const read = views[index] as Observation;
    const first = views.find(({ topic }) => topic === read.topic) as Observation;
    return views.with(index, { ...read, offset: first.offset, epoch: first.epoch, value: first.value });
  });
}

/** The product of a line that was put into a bought cart, put in once more under another number. */
function withLineLeftOut(): World {
  const { operations } = world.history;
  const added = operations.find(({ operation, ending }) => operation === "AddLine" && ending === "ok");
  const { value } = added as Operation;
  const more = { ...(added as Operation), key: "more", value: { ...(value as DataRecord), line: 77 } };
  return withHistory({ operations: [more, ...operations] });
}

/** Each bought cart has placed its order once more, with the number of an order of somebody else in its shard. */
function withOneKey(): World {
  const bought = (shard: number, cart: string): string | undefined =>
    world.segments
      .filter((segment) => segment.shard === shard)
      .flatMap(({ body }) => body.actors)
      .find(({ kind, id, events }) => kind === "order" && !id.startsWith(cart) && events.some(isConfirmed))
      ?.id;
  const segments = world.segments.map((segment): Segment => {
    const actors = segment.body.actors.map((entry): ActorEntry => {
      const placed = entry.events.find(({ type }) => type === "CheckedOut");
      const orderId = bought(segment.shard, `${entry.id}~`);
      return placed === undefined || orderId === undefined
        ? entry
        : { ...entry, events: [...entry.events, { ...placed, orderId } as typeof placed] };
    });
    return { ...segment, body: { ...segment.body, actors } };
  });
  return { history: world.history, segments };
}

function isConfirmed({ type }: { readonly type: string }): boolean {
  return type === "OrderConfirmed";
}

function withHistory(changes: Partial<History>): World {
  return { history: { ...world.history, ...changes }, segments: world.segments };
}

function withEntries(change: (entry: ActorEntry) => ActorEntry): World {
  const segments = world.segments.map((segment): Segment => ({
    ...segment,
    body: { ...segment.body, actors: segment.body.actors.map(change) },
  }));
  return { history: world.history, segments };
}

/** The keys of a kind of actor are gone from the journal. */
function withoutKeys(kind: string): World {
  return withEntries((entry) => (entry.kind === kind ? { ...entry, keys: [] } : entry));
}

/** The entry without its events of one type, or of any type, if it is of that kind. */
function without(entry: ActorEntry, kind: string, type?: string): ActorEntry {
  if (entry.kind !== kind) return entry;
  return { ...entry, events: entry.events.filter((event) => type !== undefined && event.type !== type) };
}
