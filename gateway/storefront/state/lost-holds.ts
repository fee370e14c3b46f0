import { lostHolds } from "../model/lost-holds.ts";
import type { CartView } from "../../protocol/views.ts";
import type { Cart } from "./cart.ts";
import type { Notices } from "./notices.ts";
import type { ShopLink } from "./shop-link.ts";

/** Tells of holds that end: their products go out of the cart. Returns what ends that. */
export function announceLostHolds(cart: Cart, link: ShopLink, notices: Notices): () => void {
  let before: CartView | null = null;
  return cart.view.subscribe((view) => {
    const lost = before === null || view === null ? [] : lostHolds(before, view, link.nowMs());
    before = view;
    for (const { title } of lost) notices.lose(title);
  });
}
