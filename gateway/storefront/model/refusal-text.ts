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
  ["line_not_found", "It is not in your cart any more."],
  ["mixed_currency", "It is not sold in the currency of your cart."],
  ["outcome_unknown", "The shop has not answered in time."],
  ["overloaded", BUSY],
  ["payment_declined", "The payment was declined. Nothing was charged; please try another card."],
  ["payment_timeout", "The payment provider did not answer in time. Nothing was charged."],
  ["quantity_changing", "A quantity in your cart is still being changed; please try again in a moment."],
  ["session_expired", "You have been here for very long; please reload the page."],
  ["sold_out", "It is sold out."],
  ["too_many_channels", BUSY],
  ["too_many_holds", "Too many shoppers hold it at this moment."],
  ["unavailable", "The shop cannot be reached at the moment."],
  ["unknown_channel", NO_ORDER],
  ["unknown_order", NO_ORDER],
  ["unknown_sku", "There is no such product."],
]);

/** How many, where the shop tells it only within a sentence that names the product by its SKU. */
const COUNTED: ReadonlyMap<string, { readonly pattern: RegExp; readonly words: (count: string) => string }> =
  new Map([
    ["insufficient_stock", { pattern: /^Only (\d+) of /, words: (count) => `Only ${count} left.` }],
    [
      "limit_per_customer",
      {
        pattern: /^A customer may buy at most (\d+) of /,
        words: (count) => `You can buy at most ${count} in this sale.`,
      },
    ],
  ]);

/** An order's refusal because of one of its lines: the product's title, and the reason. */
const ONE_LINE = /^Line \d+ \((.*)\): (.*)$/s;

/** Why something was refused, as a shopper is told. */
export function refusalText({ code, detail }: { readonly code: string; readonly detail: string }): string {
  const [, title, reason = detail] = ONE_LINE.exec(detail) ?? [];
  const words = countedText(code, reason) ?? SHOPPERS_WORDS.get(code);
  // Every other refusal is about what the page has sent, and the page that is loaded next may know better.
  if (words === undefined) return "This page does not fit the shop any more; please reload it.";
  return title === undefined ? words : `${title}: ${words}`;
}

function countedText(code: string, reason: string): string | undefined {
  const counted = COUNTED.get(code);
  const count = counted?.pattern.exec(reason)?.[1];
  return count === undefined ? undefined : counted?.words(count);
}
