import { expect, test } from "bun:test";
import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import { skusByShard } from "./shard-products.ts";

test("every shard has a product of its own", () => {
  const shards = skusByShard("shop", 256).map((sku) => {
    const address = parseAddress(`shop/inventory/${sku}`);
    assert(address !== undefined, "it is a product");
    return shardOf(address, 256);
  });
  expect(shards).toEqual(Array.from({ length: 256 }, (_, shard) => shard));
});
