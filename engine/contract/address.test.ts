import { expect, test } from "bun:test";
import {
  affinityKey,
  formatAddress,
  ID_LENGTH_MAX,
  parseActorId,
  parseAddress,
  parseKind,
  parseTenant,
} from "./address.ts";

test.each(["shop/cart/CART", "shop/order/CART~3", "a-2/inventory/BANK CHARGES", "shop/sale/0198f0c2-1c3e"])(
  "%s is read as it is written",
  (text) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(text);
  },
);

test.each(["", "shop", "shop/cart", "shop/cart/", "shop/cart/C/1", "Shop/cart/C", "shop/Cart/C", "/cart/C"])(
  "%p is no address",
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);

test.each(["", " C", "C ", "~3", "C/1", "C\n", "Ç", "C\u0000"])("%p is no id", (text) => {
  expect(parseActorId(text)).toBeUndefined();
});

test("names have a greatest length", () => {
  const longest = "C".repeat(ID_LENGTH_MAX);
  expect([parseActorId(longest)?.length, parseActorId(`${longest}C`)]).toEqual([ID_LENGTH_MAX, undefined]);
  expect([parseTenant("a".repeat(32))?.length, parseTenant("a".repeat(33))]).toEqual([32, undefined]);
  expect([parseKind("a".repeat(32))?.length, parseKind("a".repeat(33))]).toEqual([32, undefined]);
});

test("a cart and its orders have one affinity", () => {
  expect(["CART", "CART~3", "CART~3~4"].map(affinityKey)).toEqual(["CART", "CART", "CART"]);
});
