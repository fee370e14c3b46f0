import type { CartLine, CartView } from "./messages.ts";
import type { CartState, Line } from "./state.ts";

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

/** The line as the order and the shopper see it. */
export function cartLine(line: Line): CartLine {
  return {
    line: line.line,
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
    taxBasisPoints: line.taxBasisPoints,
    holdExpiresAtMs: line.holdExpiresAtMs,
    extended: line.extended,
  };
}
