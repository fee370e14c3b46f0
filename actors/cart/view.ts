import { cartLine } from "./check-out.ts";
import type { CartView } from "./messages.ts";
import type { CartState } from "./state.ts";

/** What the owner of the cart sees; a cart that nobody has used is an empty one. */
export function viewCart(state: CartState): CartView {
  return {
    cartId: state.cartId,
    lines: Array.from(state.lines.values(), cartLine),
    currency: state.currency,
    totalMinor: state.totalMinor,
    taxMinor: state.taxMinor,
    checkingOut: state.checkingOut?.orderId ?? null,
    orderIds: state.orderIds,
  };
}
