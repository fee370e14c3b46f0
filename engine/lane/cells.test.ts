import { expect, test } from "bun:test";
import { tallyDecider } from "../testing/tally.ts";
import { ActorCell } from "./actor-cell.ts";
import { Shard } from "./shard.ts";
import { Targets } from "./targets.ts";
import type { Target } from "./work.ts";

function activated(shard: Shard, id: string): { readonly target: Target; readonly cell: ActorCell } {
  const target = new Targets(8).of("shop", "tally", id);
  const cell = new ActorCell(target.address, target.addressText, tallyDecider(), shard);
  shard.cells.set(target.addressText, cell);
  target.cell = cell;
  cell.target = target;
  return { target, cell };
}

test("an actor that leaves is nobody's any more, so that its memory is free", () => {
  const shard = new Shard({ shard: 0, epoch: 1, seq: 1 }, 32);
  const { target, cell } = activated(shard, "A");
  shard.cells.delete(target.addressText);
  expect([cell.activated, cell.target, target.cell]).toEqual([false, undefined, undefined]);
});

test("when all leave, none is anybody's any more", () => {
  const shard = new Shard({ shard: 0, epoch: 1, seq: 1 }, 32);
  const all = ["A", "B"].map((id) => activated(shard, id));
  shard.cells.clear();
  expect(all.map(({ cell, target }) => [cell.activated, target.cell])).toEqual([
    [false, undefined],
    [false, undefined],
  ]);
});

test("a target that leads to a later actor keeps it when the earlier one leaves", () => {
  const shard = new Shard({ shard: 0, epoch: 1, seq: 1 }, 32);
  const earlier = activated(shard, "A");
  const later = activated(new Shard({ shard: 0, epoch: 2, seq: 9 }, 32), "A");
  earlier.target.cell = later.cell;
  shard.cells.clear();
  expect(earlier.target.cell).toBe(later.cell);
});
