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

test("carts that come one after the other share a shard, and the next ones have another", () => {
  const { shards } = carts(10 * NEIGHBOURS);
  const neighbourhoods = Array.from({ length: 10 }, (_, at) =>
    shards.slice(at * NEIGHBOURS, (at + 1) * NEIGHBOURS),
  );
  for (const neighbourhood of neighbourhoods) expect(new Set(neighbourhood).size).toBe(1);
  // Ten throws of 256 are all alike once in 10²¹.
  expect(new Set(shards).size).toBeGreaterThan(1);
});

test("no two carts have the same name, though their shard is given", () => {
  const { ids } = carts(10_000);
  expect(new Set(ids).size).toBe(10_000);
});

test("many carts spread evenly over the shards", () => {
  const { shards } = carts(256 * NEIGHBOURS * 20);
  const counts = Array.from({ length: 256 }, () => 0);
  for (const shard of shards) counts[shard] = (counts[shard] ?? 0) + 1 / NEIGHBOURS;
  // 20 neighbourhoods on average; fair throws stay within six standard deviations of that.
  expect(Math.max(...counts)).toBeLessThan(20 + 6 * Math.sqrt(20));
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test("where a shard cannot be reached, a cart is named all the same", () => {
  // Four digits reach 65,536 places at most: of ten million shards hardly any.
  const { ids } = carts(NEIGHBOURS, 10_000_000);
  expect(new Set(ids).size).toBe(NEIGHBOURS);
});
