import { effect } from "@preact/signals";
import { ORDER_UNDER_WAY } from "./cart.ts";
import type { Cart } from "./cart.ts";
import type { Checkout } from "./checkout.ts";

/**
 * Forgets why a payment was refused once that is of no matter: another order has begun, in whatever tab, or has ended that was
 * in its way, or the cart is empty, unless an order has emptied it: its refusal may be the reason. Returns what ends that.
 */
export function forgetOldRefusals(cart: Cart, checkout: Checkout): () => void {
  let isOrderingBefore = false;
  let isEmptyBefore = true;
  return effect(() => {
    const isOrdering = cart.isCheckingOut;
    const isEmpty = cart.units() === 0;
    const isEmptied = isEmpty && !isEmptyBefore && !isOrderingBefore;
    if (isEmptied || (isOrdering && !isOrderingBefore)) checkout.settle();
    if (!isOrdering && isOrderingBefore) checkout.settle(ORDER_UNDER_WAY);
    [isOrderingBefore, isEmptyBefore] = [isOrdering, isEmpty];
  });
}
