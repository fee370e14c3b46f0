import { expect, test } from "bun:test";
import type { ActorId, Tenant } from "../../../engine/contract/address.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import { entry, segment, violationsOf } from "../testing/planted.ts";
import { tenants } from "./tenants.ts";

const SHARDS = 8;
const held = [{ type: "HoldPlaced", holdId: "CART#1", customer: "c", quantity: 1 }];

test("a hold for a cart of the same tenant passes, in whatever order their shards are read", async () => {
  const segments = [
    segment(0, 1, { actors: [entry("main/inventory/LAMP", held)] }),
    segment(1, 1, { actors: [entry("main/cart/CART", [])] }),
  ];
  expect(await violationsOf(tenants, segments)).toEqual([]);
});

test("a hold for a cart that only another tenant has is found, once", async () => {
  const segments = [
    segment(0, 1, { actors: [entry("main/inventory/LAMP", [...held, ...held])] }),
    segment(1, 1, { actors: [entry("other/cart/CART", [])] }),
  ];
  expect(await violationsOf(tenants, segments)).toEqual([
    "a hold names main/cart/CART, which does not exist",
  ]);
});

test("a message to stock has to come from the shard of the tenant's cart", async () => {
  const home = shardOf({ tenant: "main" as Tenant, id: "CART" as ActorId }, SHARDS);
  const messageAbout = (
    command: { readonly type: string; readonly [field: string]: unknown },
    shard: number,
  ) =>
    segment(shard, 1, {
      sent: [{ toShard: 0, number: 1, tenant: "main", kind: "inventory", id: "LAMP", version: 1, command }],
    });
  const release = { type: "ReleaseHold", holdId: "CART#1" };
  const restock = { type: "ReturnStock", orderId: "CART~1" };
  expect(await violationsOf(tenants, [messageAbout(release, home)], SHARDS)).toEqual([]);
  expect(await violationsOf(tenants, [messageAbout(restock, home)], SHARDS)).toEqual([]);
  const elsewhere = (home + 1) % SHARDS;
  for (const command of [release, restock]) {
    expect(await violationsOf(tenants, [messageAbout(command, elsewhere)], SHARDS)).toEqual([
      `a message for cart CART comes from shard ${elsewhere}; the tenant has that cart in ${home}`,
    ]);
  }
});
