import type { RefusalView } from "../../protocol/views.ts";

type RefusalValues = NonNullable<RefusalView["values"]>;

const BUSY = "The shop is very busy at the moment.";
const WENT_WRONG = "Something went wrong in the shop.";
const NO_ORDER = "There is no such order in this cart.";

/** Every reason in words for shoppers; what was refused and what to do stands around them. */
const SHOPPERS_WORDS: ReadonlyMap<string, string> = new Map([
  ["already_extended", "A hold can be extended only once."],
  ["amount_too_large", "Your cart's total would be too large."],
  ["cart_empty", "Your cart is empty."],
  ["cart_full", "Your cart is full."],
  ["checkout_in_progress", "An order is being placed from your cart; please wait for its end."],
  ["connection_closed", "The connection to the shop was closed."],
  ["deadline_expired", BUSY],
  ["hold_ending", "Your hold ends too soon for another payment, so it went back on the shelf."],
  ["hold_expired", "Your hold ended before it was paid for. Nothing was charged."],
  ["hold_not_found", "The hold has ended."],
  ["insufficient_stock", "There are not that many left."],
  ["internal", WENT_WRONG],
  ["internal_fault", WENT_WRONG],
  ["limit_per_customer", "You cannot buy that many in this sale."],
  ["invalid_ticket", "Your place in the queue is not known any more; please join again."],
  ["line_not_found", "It is not in your cart any more."],
  ["mixed_currency", "It is not sold in the currency of your cart."],
  ["outcome_unknown", "The shop has not answered in time."],
  ["overloaded", BUSY],
  ["payment_declined", "The payment was declined. Nothing was charged; please try another card."],
  ["payment_timeout", "The payment provider did not answer in time. Nothing was charged."],
  [
    "price_changed",
    "Its price has changed. Add it to your cart once more to buy another one at today's price.",
  ],
  ["quantity_changing", "A quantity in your cart is still being changed; please try again in a moment."],
  ["queue_closed", "The waiting room is closed."],
  ["queue_full", "The waiting room is full at the moment."],
  ["queue_not_found", "The waiting room is not open yet."],
  ["selling_paused", "It is not for sale at the moment."],
  ["session_expired", "You have been here for very long; please reload the page."],
  ["sold_out", "It is sold out."],
  ["too_many_channels", BUSY],
  ["too_many_holds", "Too many shoppers hold it at this moment."],
  ["turn_passed", "Your time to buy is over. You can join the queue again."],
  ["unavailable", "The shop cannot be reached at the moment."],
  ["unknown_channel", NO_ORDER],
  ["unknown_order", NO_ORDER],
  ["unknown_sku", "There is no such product."],
  ["waiting_room", "It is sold to those who were let in: please join the queue at the product."],
]);

/** Why something was refused, as a shopper is told. Refusals of an older shop have no values: they are told without numbers. */
export function refusalText({ code, values = {} }: Pick<RefusalView, "code" | "values">): string {
  const words = wordsWith(code, values) ?? SHOPPERS_WORDS.get(code);
  // Every other refusal is about what the page has sent, and the page that is loaded next may know better.
  if (words === undefined) return "This page does not fit the shop any more; please reload it.";
  return values.title === undefined ? words : `${values.title}: ${words}`;
}

/** The reason with its numbers and names; undefined when it has none to tell. */
function wordsWith(code: string, values: RefusalValues): string | undefined {
  const { available, limit, remaining, productCurrency, cartCurrency } = values;
  if (code === "insufficient_stock" && available !== undefined) return `Only ${available} left.`;
  if (code === "limit_per_customer" && limit !== undefined) return limitWords(limit, remaining);
  if (code === "mixed_currency" && productCurrency !== undefined && cartCurrency !== undefined)
    return `It is sold in ${productCurrency}, but your cart is in ${cartCurrency}.`;
  return undefined;
}

function limitWords(limit: number, remaining = limit): string {
  const most = `You can buy at most ${limit} in this sale`;
  if (remaining === 0) return `${most}, and you have that many already.`;
  return remaining < limit ? `${most}, so ${remaining} more.` : `${most}.`;
}
