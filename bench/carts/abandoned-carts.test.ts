import { expect, test } from "bun:test";
import { product } from "../../actors/testing/products.ts";
import { limits } from "../../actors/limits.ts";
import { done } from "../../engine/contract/outcome.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import { memorySnapshots } from "../../persistence/memory/snapshots.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { ShopLane } from "./testing/shop-lane.ts";

const CARTS = 200;
const STOCK = 1_000;
const SKUS = ["MUG", "CUP", "TEA"];

/** A shop whose actors leave memory as soon as they can, on a clock that the test moves. */
async function crampedShop(store = { journal: memoryJournal(), snapshots: memorySnapshots() }) {
  const clock = new ManualClock();
  const opened = ShopLane.open({
    ...store,
    clock,
    log: silentLog,
    limits: { activatedActorsMax: 0, checkpointEventsMax: 4 },
  });
  await clock.settle();
  const shop = await opened;
  /** What a promise of the shop comes to, without any time passing. */
  const now = async <Value>(promise: Promise<Value>): Promise<Value> => {
    await clock.settle();
    return promise;
  };
  return { clock, shop, now, store };
}

async function abandonCarts({ shop, now }: Awaited<ReturnType<typeof crampedShop>>): Promise<void> {
  for (const sku of SKUS) {
    await now(shop.ask(`shop/inventory/${sku}`, { type: "ListProduct", product: product() }));
    await now(shop.ask(`shop/inventory/${sku}`, { type: "ReceiveStock", quantity: STOCK }));
  }
  for (let number = 0; number < CARTS; number += 1) {
    const sku = SKUS[number % SKUS.length] as string;
    const line = { type: "AddLine", customer: "ann", sku, quantity: 1 } as const;
    expect(await now(shop.ask(`shop/cart/C${number}`, line))).toMatchObject({ type: "done" });
  }
}

async function availableInAll({ shop, now }: Awaited<ReturnType<typeof crampedShop>>): Promise<number> {
  let sum = 0;
  for (const sku of SKUS) sum += await now(shop.available(sku));
  return sum;
}

test("abandoned carts and the products they hold leave memory, and the holds end on time", async () => {
  const cramped = await crampedShop();
  await abandonCarts(cramped);
  const { clock, shop } = cramped;
  await clock.advance(60_000);
  expect(shop.statistics.activatedActors).toBe(0);
  await clock.advance(limits.holdTtlMs - 60_000 - 1);
  expect(await availableInAll(cramped)).toBe(SKUS.length * STOCK - CARTS);
  await clock.advance(60_000);
  expect(await availableInAll(cramped)).toBe(SKUS.length * STOCK);
  await clock.advance(1_000);
  expect(shop.statistics.activatedActors).toBe(0);
});

test("after a restart the holds of carts that nobody comes back to end on time", async () => {
  const first = await crampedShop();
  await abandonCarts(first);
  await first.clock.advance(60_000);
  const again = await crampedShop(first.store);
  expect(again.shop.statistics.activatedActors).toBe(0);
  await again.clock.advance(limits.holdTtlMs + 60_000);
  expect(await availableInAll(again)).toBe(SKUS.length * STOCK);
});

test("a shopper who comes back to a passivated cart finds its line", async () => {
  const cramped = await crampedShop();
  await abandonCarts(cramped);
  const { clock, shop, now } = cramped;
  await clock.advance(60_000);
  const removed = await now(shop.ask("shop/cart/C0", { type: "RemoveLine", line: 1 }));
  expect(removed).toMatchObject({ type: done(null).type });
  expect(await availableInAll(cramped)).toBe(SKUS.length * STOCK - CARTS + 1);
});
