import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { StampedeClient } from "../client/client.ts";
import { standingOf } from "../protocol/queue-standing.ts";
import type { QueueView } from "../protocol/views.ts";
import { MUG, systemClock, TestGateway } from "../server/testing/test-gateway.ts";
import { until } from "../server/testing/until.ts";

const SKU = "MUG-1";
const SALE = "drop";
const FAR_MS = 8_000_000_000_000;
const terms = { opensAtMs: 0, startsAtMs: 1, endsAtMs: FAR_MS, admitPerMinute: 0, admissionMs: 600_000 };
const sale = {
  id: SALE,
  title: "Drop",
  unitPriceMinor: 990,
  startsAtMs: 1,
  endsAtMs: FAR_MS,
  limitPerCustomer: null,
  waitingRoom: true,
};

let shop: TestGateway;
let operator: StampedeClient;
/** How late it is to the gateway, and to no actor. */
let laterMs = 0;

beforeAll(async () => {
  const clock = { ...systemClock, nowMs: () => Date.now() + laterMs };
  shop = await TestGateway.start({ clock });
  operator = await shop.stocked(SKU, 10);
  expect(await operator.command("queue.open", { sale: SALE, terms })).toEqual({
    ok: true,
    value: { sale: SALE },
  });
  expect(await operator.setSale({ sku: SKU, sale })).toMatchObject({ ok: true });
});

afterEach(() => {
  laterMs = 0;
});

afterAll(async () => {
  await shop.stop();
  expect(shop.errors).toEqual([]);
});

async function codeOf(asked: Promise<Awaited<ReturnType<StampedeClient["command"]>>>): Promise<string> {
  const result = await asked;
  return result.ok ? "ok" : result.problem.code;
}

async function joined(client: StampedeClient, ticket?: string) {
  const result = await client.joinQueue({ sale: SALE, ...(ticket === undefined ? {} : { ticket }) });
  if (!result.ok) throw new Error(result.problem.detail);
  return result.value;
}

test("who was not let in buys nothing of the sale, whoever asks; who was let in does", async () => {
  const shopper = await shop.client();
  let queue: QueueView | null = null;
  shopper.subscribe(`queue/${SALE}`, (view) => (queue = view));
  for (const client of [shopper, operator])
    expect(await codeOf(client.add({ sku: SKU, quantity: 1 }))).toBe("waiting_room");
  const { ticket, number } = await joined(shopper);
  await until(() => (queue?.issued ?? 0) > number, "the number to be seen by all");
  const standing = () => standingOf(queue as unknown as QueueView, number, shopper.serverTimeMs());
  expect(standing()).toEqual({ type: "waiting", ahead: number, turnAtMs: null });
  expect(await codeOf(shopper.add({ sku: SKU, quantity: 1, ticket }))).toBe("waiting_room");
  expect(await codeOf(operator.command("queue.rate", { sale: SALE, admitPerMinute: 6_000_000 }))).toBe("ok");
  await until(() => standing().type === "let_in", "the turn");
  const added = await shopper.add({ sku: SKU, quantity: 1, ticket });
  const line = added.ok ? added.value.line : 0;
  expect(line).toBeGreaterThan(0);
  expect(await codeOf(shopper.changeQuantity({ line, quantity: 2 }))).toBe("waiting_room");
  expect(await codeOf(shopper.changeQuantity({ line, quantity: 2, ticket }))).toBe("ok");
  // What is held needs nobody's leave.
  expect(await codeOf(shopper.changeQuantity({ line, quantity: 1 }))).toBe("ok");
  expect(await codeOf(shopper.extendLine({ line }))).toBe("ok");
  expect(await codeOf(shopper.checkOut({ paymentToken: "tok_ok" }))).toBe("ok");
});

test("a ticket is its shopper's alone, and kept by who asks again", async () => {
  const [ann, bob] = [await shop.client(), await shop.client()];
  const first = await joined(ann);
  const others = await Promise.all([joined(ann), joined(ann, first.ticket), joined(bob)]);
  expect(others.map(({ number }) => number)).toEqual([first.number, first.number, first.number + 1]);
  expect(await codeOf(bob.joinQueue({ sale: SALE, ticket: first.ticket }))).toBe("invalid_ticket");
  expect(await codeOf(bob.add({ sku: SKU, quantity: 1, ticket: first.ticket }))).toBe("invalid_ticket");
  expect(await codeOf(bob.add({ sku: SKU, quantity: 1, ticket: "q1.e30.AAAA" }))).toBe("invalid_ticket");
});

test("where the queue has ended before the sale of a product, only those buy it who were let in", async () => {
  const [early, late] = [await shop.client(), await shop.client()];
  const other = { ...sale, id: "short" };
  await operator.command("queue.open", { sale: other.id, terms: { ...terms, admitPerMinute: 6_000_000 } });
  await operator.listProduct({ sku: "CUP-1", product: MUG });
  await operator.receiveStock({ sku: "CUP-1", quantity: 99 });
  await operator.setSale({ sku: "CUP-1", sale: other });
  const rate = (admitPerMinute: number) => operator.command("queue.rate", { sale: other.id, admitPerMinute });
  const ticketOf = async (client: StampedeClient) => {
    const result = await client.joinQueue({ sale: other.id });
    return result.ok ? result.value.ticket : "";
  };
  const add = async (client: StampedeClient, ticket: string) =>
    codeOf(client.add({ sku: "CUP-1", quantity: 1, ticket }));
  const ticket = await ticketOf(early);
  let code = "";
  await until(() => {
    void add(early, ticket).then((told) => (code = told));
    return code === "ok";
  }, "the turn");
  expect(await codeOf(rate(0))).toBe("ok");
  const waiting = await ticketOf(late);
  expect(await add(late, waiting)).toBe("waiting_room");
  expect(await codeOf(operator.command("queue.end", { sale: other.id }))).toBe("ok");
  expect(await add(late, waiting)).toBe("queue_closed");
  expect(await codeOf(late.add({ sku: "CUP-1", quantity: 1 }))).toBe("waiting_room");
  expect(await add(early, ticket)).toBe("ok");
});

test("who joins again twice with a ticket whose turn is over gets one number", async () => {
  const shopper = await shop.client();
  const again = "again";
  await operator.command("queue.open", { sale: again, terms: { ...terms, admitPerMinute: 6_000_000 } });
  const first = await shopper.joinQueue({ sale: again });
  const ticket = first.ok ? first.value.ticket : "";
  expect(await codeOf(operator.command("queue.rate", { sale: again, admitPerMinute: 0 }))).toBe("ok");
  laterMs = terms.admissionMs + 60_000;
  const numbers: number[] = [];
  for (let times = 0; times < 2; times += 1) {
    const result = await shopper.joinQueue({ sale: again, ticket });
    numbers.push(result.ok ? result.value.number : Number.NaN);
  }
  expect(numbers).toEqual([1, 1]);
});

test("a sale without a waiting room has no queue, and invented names leave nothing behind", async () => {
  const shopper = await shop.client();
  const watches = shop.dispatcher.watches;
  expect(await codeOf(shopper.joinQueue({ sale: "invented" }))).toBe("queue_not_found");
  expect(shop.dispatcher.watches).toBe(watches);
  expect((await fetch(`${shop.origin}/v1/queues/invented`)).status).toBe(404);
  expect(await (await fetch(`${shop.origin}/v1/queues/${SALE}`)).json()).toMatchObject({ sale: SALE });
});

test("a command that is repeated when its turn is over gets the reply that it had, and a new one is refused", async () => {
  const shopper = await shop.client();
  const { ticket, number } = await joined(shopper);
  let queue: QueueView | null = null;
  shopper.subscribe(`queue/${SALE}`, (view) => (queue = view));
  await until(
    () => queue !== null && standingOf(queue, number, shopper.serverTimeMs()).type === "let_in",
    "the turn",
  );
  const wish = { sku: SKU, quantity: 1, ticket };
  const first = await shopper.add(wish, { key: "once" });
  const line = first.ok ? first.value.line : 0;
  expect(line).toBeGreaterThan(0);
  laterMs = terms.admissionMs + 60_000;
  expect(await shopper.add(wish, { key: "once" })).toEqual(first);
  expect(await codeOf(shopper.add(wish, { key: "again" }))).toBe("turn_passed");
  expect(await codeOf(shopper.changeQuantity({ line, quantity: 2, ticket }))).toBe("turn_passed");
});
