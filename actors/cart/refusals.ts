import type { Refusal } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";

/** Another customer's cart. */
export const NOT_YOUR_CART: Refusal = {
  code: "not_your_cart",
  detail: "This cart belongs to another customer.",
  field: "cart",
};

/** The lines are locked while an order is being placed from them. */
export const CHECKOUT_IN_PROGRESS: Refusal = {
  code: "checkout_in_progress",
  detail: "An order is being placed from this cart; wait for its end.",
};

/** The total would leave the whole numbers that can be counted exactly. */
export const AMOUNT_TOO_LARGE: Refusal = {
  code: "amount_too_large",
  detail: "The cart's total would be too large.",
  field: "quantity",
};

/** The cart has as many lines as it may have. */
export const CART_FULL: Refusal = {
  code: "cart_full",
  detail: `A cart can have at most ${limits.linesPerCartMax} lines.`,
  values: { limit: limits.linesPerCartMax },
};

/** A line that the cart does not have, or has no more. */
export function lineNotFound(line: number): Refusal {
  return {
    code: "line_not_found",
    detail: `The cart has no line ${line}.`,
    field: "line",
    values: { line },
  };
}
