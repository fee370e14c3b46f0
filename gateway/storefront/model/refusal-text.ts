const BUSY = "The shop is very busy at the moment.";
const WENT_WRONG = "Something went wrong in the shop.";
const NO_ORDER = "There is no such order in this cart.";

/** Reasons that speak to programs, in words for shoppers; what was refused and what to do stands around them. */
const SHOPPERS_WORDS: ReadonlyMap<string, string> = new Map([
  ["cart_empty", "Your cart is empty."],
  ["cart_full", "Your cart is full."],
  ["connection_closed", "The connection to the shop was closed."],
  ["deadline_expired", BUSY],
  ["hold_ending", "One of your holds ends too soon for another payment, so it went back on the shelf."],
  ["hold_expired", "One of your holds ended before it was paid for. Nothing was charged."],
  ["internal", WENT_WRONG],
  ["internal_fault", WENT_WRONG],
  ["line_not_found", "It is not in your cart any more."],
  ["outcome_unknown", "The shop has not answered in time."],
  ["overloaded", BUSY],
  ["payment_declined", "The payment was declined. Nothing was charged; please try another card."],
  ["quantity_changing", "A quantity in your cart is still being changed; please try again in a moment."],
  ["session_expired", "You have been here for very long; please reload the page."],
  ["too_many_channels", BUSY],
  ["unavailable", "The shop cannot be reached at the moment."],
  ["unknown_channel", NO_ORDER],
  ["unknown_order", NO_ORDER],
]);

/** Reasons whose detail says to shoppers what matters, such as how many are left. */
const SHOPS_OWN_WORDS: ReadonlySet<string> = new Set([
  "already_extended",
  "amount_too_large",
  "checkout_in_progress",
  "hold_not_found",
  "insufficient_stock",
  "limit_per_customer",
  "mixed_currency",
  "payment_timeout",
  "sold_out",
  "too_many_holds",
  "unknown_sku",
]);

/** Why something was refused, as a shopper is told. */
export function refusalText({ code, detail }: { readonly code: string; readonly detail: string }): string {
  if (SHOPS_OWN_WORDS.has(code)) return detail;
  // Every other refusal is about what the page has sent, and the page that is loaded next may know better.
  return SHOPPERS_WORDS.get(code) ?? "This page does not fit the shop any more; please reload it.";
}
