import { expect, test } from "bun:test";
import { entry, examine, segment, type PlantedEvent } from "../testing/planted.ts";
import { queues } from "./queues.ts";

const sale = { id: "drop", endsAtMs: 100, waitingRoom: true };
const set: PlantedEvent = { type: "SaleSet", sale };
const issued = (count: number): PlantedEvent => ({ type: "NumbersIssued", count, salt: 1 });
const held = (customer: string, number?: number, holdSale = "drop"): PlantedEvent => ({
  type: "HoldPlaced",
  holdId: "CART#1",
  customer,
  quantity: 1,
  ...(number === undefined ? {} : { turn: { sale: holdSale, number } }),
});

async function after(queue: readonly PlantedEvent[], mug: readonly PlantedEvent[], atMs = 1) {
  // The queue is in a shard that is read last.
  const report = await examine(
    queues,
    [
      segment(0, 1, { atMs, actors: [entry("main/inventory/MUG", mug)] }),
      segment(1, 1, { actors: [entry("main/queue/drop", queue)] }),
    ],
    2,
  );
  return [report.checked, report.examples.map(({ detail }) => detail)] as const;
}

test("who has a number buys, again and again; a sale without a waiting room asks nobody", async () => {
  const smaller = { type: "HoldResized", holdId: "CART#1", previousQuantity: 2, quantity: 1 };
  expect(
    await after([issued(2)], [held("eve"), set, held("ann", 1), held("ann", 1), smaller, held("bob", 0)]),
  ).toEqual([3, []]);
  expect(await after([issued(2)], [set, held("eve")], 100)).toEqual([0, []]);
});

test("a hold without a number is found, one of another sale, and one that grows without", async () => {
  const grown = { type: "HoldResized", holdId: "CART#1", previousQuantity: 1, quantity: 2 };
  const without = "hold CART#1 begins or grows without a number of the queue of drop";
  expect(await after([issued(2)], [set, held("ann"), held("ann", 1, "other"), grown])).toEqual([
    3,
    [without, without, without],
  ]);
});

test("a number that two customers have is found, and one that nobody was given", async () => {
  expect(await after([issued(2)], [set, held("ann", 1), held("bob", 1)])).toEqual([
    2,
    ["hold CART#1 has number 1 of the queue of drop, which is another customer's"],
  ]);
  expect(await after([issued(2)], [set, held("ann", 2)])).toEqual([
    1,
    ["number 2 of the queue of main/drop has bought, which gave out 2"],
  ]);
});
