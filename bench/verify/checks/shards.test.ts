import { expect, test } from "bun:test";
import type { ActorId, Tenant } from "../../../engine/contract/address.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import { entry, segment, violationsOf } from "../testing/planted.ts";
import { shards } from "./shards.ts";

const SHARDS = 8;
const home = shardOf({ tenant: "main" as Tenant, id: "LAMP" as ActorId }, SHARDS);
const elsewhere = (home + 1) % SHARDS;
const actors = [entry("main/inventory/LAMP", [{ type: "Shown" }])];
const message = {
  number: 1,
  tenant: "main",
  kind: "inventory",
  id: "LAMP",
  version: 1,
  command: { type: "WakeUp" },
};

test("an actor in its shard and a message to it pass", async () => {
  const segments = [segment(home, 1, { actors, sent: [{ ...message, toShard: home }] })];
  expect(await violationsOf(shards, segments, SHARDS)).toEqual([]);
});

test("an actor in another shard is found", async () => {
  const found = await violationsOf(shards, [segment(elsewhere, 1, { actors })], SHARDS);
  expect(found).toEqual([`the actor's shard is ${home}`]);
});

test("a message to another shard is found", async () => {
  const sent = [{ ...message, toShard: elsewhere }];
  const found = await violationsOf(shards, [segment(0, 1, { sent })], SHARDS);
  expect(found).toEqual([`a message goes to shard ${elsewhere}, its actor lives in shard ${home}`]);
});
