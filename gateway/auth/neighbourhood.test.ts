import { expect, test } from "bun:test";
import { parseTenant } from "../../engine/contract/address.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { Neighbourhood, NEIGHBOURS } from "./neighbourhood.ts";

const tenant = parseTenant("shop") ?? expect.unreachable();

function carts(count: number, shardCount = 256) {
  const entropy = { uuid: () => Bun.randomUUIDv7() };
  const neighbourhood = new Neighbourhood({ tenant, shardCount, entropy });
  const ids = Array.from({ length: count }, () => neighbourhood.nextCart());
  return { ids, shards: ids.map((id) => shardOf({ tenant, id }, shardCount)) };
}

test("carts that come one after the other share a shard, and the next ones have the next", () => {
  const { shards } = carts(257 * NEIGHBOURS);
  const [first = 0] = shards;
  expect(shards).toEqual(shards.map((_, at) => (first + Math.floor(at / NEIGHBOURS)) % 256));
});

test("gateways begin anywhere", () => {
  const firsts = Array.from({ length: 20 }, () => carts(1).shards[0]);
  // All alike once in 10⁴⁵.
  expect(new Set(firsts).size).toBeGreaterThan(1);
});

test("no two carts have the same name, though their shard is given", () => {
  const { ids } = carts(10_000);
  expect(new Set(ids).size).toBe(10_000);
});

test("where a shard cannot be reached, a cart is named all the same", () => {
  // Four digits reach 65,536 places at most: of ten million shards hardly any.
  const { ids } = carts(NEIGHBOURS, 10_000_000);
  expect(new Set(ids).size).toBe(NEIGHBOURS);
});
