import { expect, test } from "bun:test";
import { ConfigError } from "../config.ts";
import { journalAddress } from "./journal-address.ts";

const KINDS = ["inventory", "cart"];

test("an address is tenant, kind and id", () => {
  const { tenant, kind, id } = journalAddress("shop/cart/A 1~2", KINDS);
  expect<string[]>([tenant, kind, id]).toEqual(["shop", "cart", "A 1~2"]);
});

test.each([
  ["lamp", "the address must be tenant/kind/id, such as shop/inventory/LAMP"],
  ["shop/cart/1/2", "the address must be tenant/kind/id"],
  ["Shop/cart/1", "the tenant in the address must be"],
  ["/cart/1", "the tenant in the address must be"],
  ["shop/carts/1", 'the kind in the address must be one of inventory, cart; it is "carts"'],
  ["shop/cart/", "the id in the address must be"],
  ["shop/cart/ü", "the id in the address must be"],
])("%p is refused, with the part that is wrong", (text, says) => {
  expect(() => journalAddress(text, KINDS)).toThrow(ConfigError);
  expect(() => journalAddress(text, KINDS)).toThrow(says);
});
