import { expect, test } from "bun:test";
import { parseActorId, parseKind, parseTenant, type Address } from "../contract/address.ts";
import { tallyDecider } from "../testing/tally.ts";
import { ActorCell } from "./actor-cell.ts";
import { Shard } from "./shard.ts";

const address = {
  tenant: parseTenant("shop"),
  kind: parseKind("tally"),
  id: parseActorId("A"),
} as Address;

test("an actor that changes twice is there once, and again after the next checkpoint", () => {
  const shard = new Shard({ shard: 0, epoch: 1, seq: 1 }, 32);
  const cell = new ActorCell(address, "shop/tally/A", tallyDecider(), shard);
  shard.dirty.add(cell);
  shard.dirty.add(cell);
  expect([...shard.dirty]).toEqual([cell]);
  shard.dirty.clear();
  expect([[...shard.dirty], shard.dirty.has(cell)]).toEqual([[], false]);
  shard.dirty.add(cell);
  expect([...shard.dirty]).toEqual([cell]);
});
