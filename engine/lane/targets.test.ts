import { expect, test } from "bun:test";
import { shardOf } from "../routing/shard-hash.ts";
import { Targets } from "./targets.ts";
import { trustedAddress } from "./work.ts";

test("a target is the same each time, and the same id of another tenant or kind is another one", () => {
  const targets = new Targets(256);
  const first = targets.of("shop", "cart", "a~1");
  expect(first).toEqual({
    address: trustedAddress("shop", "cart", "a~1"),
    addressText: "shop/cart/a~1",
    shardNumber: shardOf(trustedAddress("shop", "cart", "a~1"), 256),
    cell: undefined,
  });
  expect(targets.of("shop", "cart", "a~1")).toBe(first);
  expect(targets.of("shop", "order", "a~1").addressText).toBe("shop/order/a~1");
  expect(targets.of("other", "cart", "a~1").addressText).toBe("other/cart/a~1");
});

test("it stays right when it has forgotten", () => {
  const targets = new Targets(256);
  for (let number = 0; number < 30_000; number += 1) {
    const id = `cart-${number % 15_000}`;
    expect(targets.of("shop", "cart", id).addressText).toBe(`shop/cart/${id}`);
  }
});

test("what is met again is not forgotten, however many others come", () => {
  const targets = new Targets(256);
  const hot = targets.of("shop", "inventory", "SHOE");
  let forgotten = 0;
  for (let number = 0; number < 60_000; number += 1) {
    targets.of("shop", "cart", `cart-${number}`);
    if (targets.of("shop", "inventory", "SHOE") !== hot) forgotten += 1;
  }
  expect(forgotten).toBe(0);
});
