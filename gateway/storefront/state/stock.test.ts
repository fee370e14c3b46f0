import { expect, test } from "bun:test";
import { effect } from "@preact/signals";
import type { InventoryView } from "../../protocol/views.ts";
import { ShopLink } from "./shop-link.ts";
import type { ShopClient } from "./shop-link.ts";
import { featured } from "../model/offer.ts";
import { FakeShop, settled } from "../testing/fake-shop.ts";
import { Stock } from "./stock.ts";

function mug(available: number): InventoryView {
  return {
    sku: "MUG",
    title: "Mug",
    category: "Kitchen",
    currency: "GBP",
    unitPriceMinor: 100,
    available,
    sale: null,
    paused: false,
  };
}

/** The products in sight, and what tells their newest view. */
async function openStock() {
  const listeners = new Map<string, (view: InventoryView) => void>();
  const subscribe = ((channel: string, listener: (view: InventoryView) => void) => {
    listeners.set(channel, listener);
    return () => listeners.delete(channel);
  }) as unknown as ShopClient["subscribe"];
  const stock = new Stock(new ShopLink(Promise.resolve({ ...new FakeShop().client, subscribe })));
  await settled();
  return { stock, push: (view: InventoryView) => listeners.get(`sku/${view.sku}`)?.(view) };
}

test("a product that is on the page stays live however many others were looked at before it", async () => {
  const { stock, push } = await openStock();
  for (let other = 0; other < 499; other++) stock.view(`OTHER-${other}`);
  // A page draws its products, and then finds out which of them are in sight.
  const shown: (number | undefined)[] = [];
  effect(() => void shown.push(stock.view("MUG").value?.available));
  for (let neighbour = 0; neighbour < 23; neighbour++) stock.view(`NEIGHBOUR-${neighbour}`);
  stock.watch("MUG");
  push(mug(5));
  push(mug(4));
  expect(shown).toEqual([undefined, 5, 4]);
});

test("a sale that was taken off a product since it was listed is not in the shop's window any more", async () => {
  const { stock, push } = await openStock();
  const times = { startsAtMs: 1_000, endsAtMs: 2_000, limitPerCustomer: null };
  const listed = {
    ...mug(5),
    description: "",
    sale: { id: "drop", title: "Drop", unitPriceMinor: 60, ...times },
  };
  stock.watch("MUG");
  expect(featured([stock.now(listed)], 1_500)?.sku).toBe("MUG");
  push(mug(5));
  expect(featured([stock.now(listed)], 1_500)).toBeUndefined();
});
