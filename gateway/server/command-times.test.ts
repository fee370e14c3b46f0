import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { resultOf } from "./command-result.ts";
import { CommandTimes, type CommandTime } from "./command-times.ts";
import { TestGateway } from "./testing/test-gateway.ts";
import { until } from "./testing/until.ts";

let shop: TestGateway;

beforeEach(async () => {
  shop = await TestGateway.start();
  await shop.stocked("MUG-1", 3);
});

afterEach(() => shop.stop());

/** How many commands of `cart.add` ended in each way. */
function additions(times: readonly CommandTime[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    times
      .filter(({ op }) => op === "cart.add")
      .map(({ outcome, ms }) => [outcome, ms.counts.reduce((sum, count) => sum + count, 0)]),
  );
}

test("a refusal for want of stock is no failure of the shop, and one for want of room is", async () => {
  const shopper = await shop.client({ attemptsMax: 1 });
  await shopper.add({ sku: "MUG-1", quantity: 2 });
  await shopper.add({ sku: "MUG-1", quantity: 2 });
  shop.dispatcher.scripted.push({ type: "overloaded", retryAfterMs: 1 });
  await shopper.add({ sku: "MUG-1", quantity: 1 });
  expect(additions(shop.gateway.commandTimes())).toEqual({ done: 1, refused: 1, failed: 1 });
});

test("an outcome that is not known in time is a failure, over HTTP as well", async () => {
  const session = await fetch(`${shop.origin}/v1/session`);
  shop.dispatcher.scripted.push({ type: "unknown", retryAfterMs: 1 });
  const headers = {
    cookie: session.headers.get("set-cookie") ?? "",
    "content-type": "application/json",
    "idempotency-key": "k",
  };
  const body = JSON.stringify({ sku: "MUG-1", quantity: 1 });
  await fetch(`${shop.origin}/v1/cart/lines`, { method: "POST", headers, body });
  expect(additions(shop.gateway.commandTimes())).toEqual({ done: 0, refused: 0, failed: 1 });
});

test("what operators do in bulk, such as an import or a replay, is no time that a shopper has waited", async () => {
  const operator = await shop.client({ token: await shop.operatorToken() });
  await operator.add({ sku: "MUG-1", quantity: 1, cart: "replay-1", customer: "ann" });
  expect(shop.gateway.commandTimes()).toEqual([]);
});

test("who gives the shop less time than it promises is refused by their own haste, and wakes nobody up", () => {
  const times = new CommandTimes();
  for (const ms of [3, 5_000]) times.record("cart.add", resultOf({ type: "expired" }), ms);
  expect(additions(times.values())).toEqual({ done: 0, refused: 1, failed: 1 });
});

test("the time of a command is the one until its answer", async () => {
  const shopper = await shop.client();
  shop.dispatcher.held = [];
  let localMs = Math.round(performance.now());
  const clock = spyOn(performance, "now").mockImplementation(() => localMs);
  try {
    const added = shopper.add({ sku: "MUG-1", quantity: 1 });
    await until(() => shop.dispatcher.held?.length === 1, "the answer to be held");
    localMs += 300;
    shop.dispatcher.release();
    await added;
  } finally {
    clock.mockRestore();
  }
  const done = shop.gateway.commandTimes().find(({ op, outcome }) => op === "cart.add" && outcome === "done");
  expect(done?.ms.sum).toBe(300);
});
