import { beforeAll, expect, test } from "bun:test";
import { shopDeciders } from "../../actors/shop.ts";
import type { ActorEntry, SegmentBody } from "../../engine/contract/segment.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import { DECLINED_TOKEN, ENGINE_SHOP_SHARDS, EngineShop } from "./testing/engine-shop.ts";
import { recorded } from "./testing/planted.ts";
import { verifyJournal } from "./verify-journal.ts";

const LANES = 2;
const CARTS = 24;
const STOCK = 20;
const SKUS = ["lamp", "mug", "chair"];

/** What a busy shop of two tenants wrote: sales, declined payments, sold-out shelves, removed lines and returns. */
let written: readonly Segment[];

beforeAll(async () => {
  const shop = await EngineShop.open(LANES);
  for (const tenant of ["main", "other"]) await stockShelves(shop, tenant);
  const shoppers = Array.from({ length: CARTS }, (_, index) => index);
  await Promise.all(shoppers.map((index) => goShopping(shop, index % 2 === 0 ? "main" : "other", index)));
  await shop.close();
  written = await readAll(shop);
});

async function stockShelves(shop: EngineShop, tenant: string): Promise<void> {
  const terms = {
    description: "",
    category: "",
    unitPriceMinor: 999,
    currency: "EUR",
    taxBasisPoints: 1_900,
  };
  for (const sku of SKUS) {
    const to = `${tenant}/inventory/${sku}`;
    await shop.ask(to, { type: "ListProduct", product: { ...terms, title: sku, sale: null } });
    await shop.ask(to, { type: "ReceiveStock", quantity: STOCK });
    await shop.ask(to, { type: "AdjustStock", quantity: -1, reason: "broken" });
    await shop.ask(to, { type: "PauseSelling", reason: "not yet" });
    await shop.ask(to, { type: "ResumeSelling" });
  }
  await openQueue(shop, tenant);
}

/** The chair is sold to those only who have a number. */
async function openQueue(shop: EngineShop, tenant: string): Promise<void> {
  const times = { startsAtMs: 1, endsAtMs: 8_000_000_000_000 };
  const terms = { ...times, opensAtMs: 0, admitPerMinute: 600, admissionMs: 600_000 };
  await shop.ask(`${tenant}/queue/drop`, { type: "OpenQueue", terms });
  await shop.ask(`${tenant}/queue/drop`, { type: "IssueNumbers", count: CARTS, salt: 1 });
  const sale = { ...times, id: "drop", title: "Drop", unitPriceMinor: 999, limitPerCustomer: null };
  await shop.ask(`${tenant}/inventory/chair`, { type: "SetSale", sale: { ...sale, waitingRoom: true } });
}

async function goShopping(shop: EngineShop, tenant: string, index: number): Promise<void> {
  const cart = `${tenant}/cart/cart-${index}`;
  const customer = `customer-${index}`;
  for (const [round, sku] of [...SKUS, ...SKUS].entries()) {
    const turn = { sale: "drop", number: index };
    await shop.ask(cart, { type: "AddLine", customer, sku, quantity: 1 + ((index + round) % 2), turn });
  }
  if (index % 3 === 0) await shop.ask(cart, { type: "RemoveLine", line: 1 });
  if (index % 4 === 0) await shop.ask(cart, { type: "CheckOut", customer, paymentToken: DECLINED_TOKEN });
  const bought = await shop.ask(cart, { type: "CheckOut", customer, paymentToken: "tok_ok" });
  if (bought.type !== "done" || index % 6 !== 1) return;
  const { orderId } = bought.reply as { readonly orderId: string };
  const lines = [{ line: 1, quantity: 1 }];
  await shop.ask(`${tenant}/order/${orderId}`, { type: "ReturnLines", lines, reason: "too bright" });
}

async function readAll({ journal }: EngineShop): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const [shard] of await journal.heads()) {
    for await (const page of journal.read(shard, 0)) segments.push(...page);
  }
  return segments;
}

function verify(segments: readonly Segment[]) {
  return verifyJournal(recorded(segments), { deciders: shopDeciders, shardCount: ENGINE_SHOP_SHARDS });
}

/** The journal with the bodies changed where `change` says so. */
function tampered(change: (body: SegmentBody) => SegmentBody): readonly Segment[] {
  return written.map((segment) => ({ ...segment, body: change(segment.body) }));
}

function withEntries(change: (entry: ActorEntry) => ActorEntry): readonly Segment[] {
  return tampered((body) => ({ ...body, actors: body.actors.map(change) }));
}

test("the journal of a busy shop keeps every promise, and each check has something to look at", async () => {
  const report = await verify(written);
  expect(report.checks.flatMap(({ examples }) => examples)).toEqual([]);
  expect(report.violations).toBe(0);
  expect(report.checks.filter(({ checked }) => checked === 0)).toEqual([]);
  expect(report.segments).toBe(written.length);
});

const plants: readonly (readonly [what: string, check: string, plant: () => readonly Segment[]])[] = [
  ["a segment that is missing", "sequence", () => written.filter(({ seq }) => seq !== 2)],
  [
    "an epoch that rises without a takeover",
    "epochs",
    () => written.map((segment) => (segment.seq === 2 ? { ...segment, epoch: segment.epoch + 1 } : segment)),
  ],
  [
    "shards that are swapped",
    "shards",
    () => written.map((segment) => ({ ...segment, shard: segment.shard ^ 1 })),
  ],
  [
    "messages that are received without being sent",
    "messages",
    () => tampered((body) => ({ ...body, sent: [] })),
  ],
  [
    "answers that come twice",
    "calls",
    () => tampered((body) => ({ ...body, answered: body.answered.flatMap((number) => [number, number]) })),
  ],
  [
    "carts of another tenant",
    "tenants",
    () => withEntries((entry) => (entry.kind === "cart" ? { ...entry, tenant: "thief" } : entry)),
  ],
  [
    "stock that was never received",
    "stock",
    () => withEntries((entry) => without(entry, "inventory", "StockReceived")),
  ],
  [
    "holds that were never placed",
    "holds",
    () => withEntries((entry) => without(entry, "inventory", "HoldPlaced")),
  ],
  [
    "orders that are confirmed without a sale",
    "sales",
    () => withEntries((entry) => without(entry, "inventory", "HoldSold")),
  ],
  [
    "orders that skip a step",
    "folds",
    () => withEntries((entry) => without(entry, "order", "PaymentAuthorised")),
  ],
  ["captures that nobody asked for", "payments", () => tampered((body) => ({ ...body, called: [] }))],
  ["acknowledged orders that are lost", "checkouts", () => withEntries((entry) => without(entry, "order"))],
  [
    "keys that are carried out twice",
    "keys",
    () =>
      withEntries((entry) => ({
        ...entry,
        keys: entry.keys.flatMap((record) => [record, { ...record, ticket: record.ticket + 1_000 }]),
      })),
  ],
];

for (const [what, check, plant] of plants) {
  test(`${what}: found by the check ${check} in the journal of a busy shop`, async () => {
    const report = await verify(plant());
    expect(report.checks.find(({ name }) => name === check)?.violations).toBeGreaterThan(0);
  });
}

/** The entry without its events of one type, or of any type, if it is of that kind. */
function without(entry: ActorEntry, kind: string, type?: string): ActorEntry {
  if (entry.kind !== kind) return entry;
  return { ...entry, events: entry.events.filter((event) => type !== undefined && event.type !== type) };
}
