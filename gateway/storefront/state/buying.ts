import { tabMemory } from "../model/tab-memory.ts";
import { CartChanges } from "./cart-changes.ts";
import { Checkout } from "./checkout.ts";
import { announceEndingHolds } from "./hold-milestones.ts";
import { announceLostHolds } from "./lost-holds.ts";
import { forgetOldRefusals } from "./old-refusals.ts";
import type { Shop } from "./shop.ts";

/** What a shopper does with what is in the cart. */
export interface Buying {
  readonly changes: CartChanges;
  readonly checkout: Checkout;
}

/** Begins to watch the cart of a shop, and goes on with an order that had no answer when the page was left. */
export function openBuying(shop: Shop, memory: () => Storage): Buying {
  const { link, cart, clock, notices, navigation, stock } = shop;
  const checkout = new Checkout(link, tabMemory(memory), (orderId) => {
    notices.clear();
    notices.say("Your order is confirmed.");
    navigation.showOrder(orderId);
  });
  const changes = new CartChanges(link, notices, cart, (sku) => stock.view(sku).peek()?.sale ?? null);
  announceEndingHolds(changes, clock, notices);
  announceLostHolds(cart, link, notices);
  forgetOldRefusals(cart, checkout);
  void checkout.resume();
  return { changes, checkout };
}
