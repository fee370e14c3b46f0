import { expect, test } from "bun:test";
import { recall, remember } from "../model/checkout-attempt.ts";
import type { TabMemory } from "../model/tab-memory.ts";
import { Checkout } from "./checkout.ts";
import { FakeShop, refusal, settled } from "../testing/fake-shop.ts";

function memoryOf(): TabMemory {
  const map = new Map<string, string>();
  return {
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, value) => void map.set(name, value),
    removeItem: (name) => void map.delete(name),
  };
}

function openCheckout(memory = memoryOf()) {
  const shop = new FakeShop();
  const placed: string[] = [];
  const checkout = new Checkout(shop.link, memory, (orderId) => placed.push(orderId));
  return { shop, memory, placed, checkout };
}

test("two taps place one order", async () => {
  const { shop, checkout, placed, memory } = openCheckout();
  void checkout.place("tok_ok");
  void checkout.place("tok_ok");
  await settled();
  void checkout.place("tok_ok");
  await settled();
  expect(shop.asked).toHaveLength(1);
  expect(checkout.state.value.type).toBe("placing");
  shop.asked[0]?.answer({ ok: true, value: { orderId: "cart-1~1" } });
  await settled();
  expect(placed).toEqual(["cart-1~1"]);
  expect(checkout.state.value.type).toBe("idle");
  expect(recall(memory)).toBeUndefined();
});

test("after a reload the attempt without an answer is sent again, with its key", async () => {
  const before = openCheckout();
  void before.checkout.place("tok_slow_1500");
  await settled();
  const after = openCheckout(before.memory);
  void after.checkout.resume();
  await settled();
  expect(after.shop.asked.map(({ key, values }) => [key, values])).toEqual([
    [before.shop.asked[0]?.key, { paymentToken: "tok_slow_1500" }],
  ]);
});

test("an attempt of another cart is not sent", async () => {
  const { shop, checkout, memory } = openCheckout();
  remember(memory, { key: "old", paymentToken: "tok_ok", cart: "cart-of-yesterday" });
  await checkout.resume();
  expect(shop.asked).toEqual([]);
  expect(recall(memory)).toBeUndefined();
});

test("after a refusal the next attempt is a new one", async () => {
  const { shop, checkout } = openCheckout();
  void checkout.place("tok_timeout");
  await settled();
  shop.asked[0]?.answer(refusal("payment_timeout", "The bank said nothing."));
  await settled();
  const detail = "The payment provider did not answer in time. Nothing was charged.";
  expect(checkout.state.value).toEqual({ type: "refused", code: "payment_timeout", detail });
  void checkout.place("tok_ok");
  await settled();
  expect(shop.asked).toHaveLength(2);
  expect(shop.asked[1]?.key).not.toBe(shop.asked[0]?.key);
});

test("while the outcome is not known, only the same attempt is made again", async () => {
  const { shop, checkout } = openCheckout();
  void checkout.place("tok_timeout");
  await settled();
  shop.asked[0]?.answer(refusal("outcome_unknown", "No reply came in time."));
  await settled();
  expect(checkout.state.value.type).toBe("uncertain");
  void checkout.place("tok_ok");
  await settled();
  expect(shop.asked[1]).toMatchObject({ key: shop.asked[0]?.key, values: { paymentToken: "tok_timeout" } });
});
