import type { CartLineView, CartView } from "../../protocol/views.ts";
import { titleList } from "./title-list.ts";

// Server and page agree on the time to about half a round trip; a hold that ends within this has ended.
const AGREEMENT_MS = 2_000;

/** The lines that went because their holds ended: not taken out by the shopper, not bought. */
export function lostHolds(before: CartView, after: CartView, nowMs: number): readonly CartLineView[] {
  // An order takes all lines with it and may give them back; the page may have been away while one was placed in another tab.
  const hasOrdered = before.checkingOut !== null || before.orderIds[0] !== after.orderIds[0];
  if (hasOrdered || before.cartId !== after.cartId) return [];
  const left = new Set(after.lines.map(({ line }) => line));
  return before.lines.filter(
    ({ line, holdExpiresAtMs }) => !left.has(line) && holdExpiresAtMs <= nowMs + AGREEMENT_MS,
  );
}

/** What the shopper is told of products whose holds have ended. */
export function lostHoldsText(titles: readonly string[]): string {
  const names = titleList(titles);
  return titles.length === 1
    ? `Your hold on ${names} has ended, so it went back on the shelf.`
    : `Your holds on ${names} have ended, so they went back on the shelf.`;
}
