import { expect, test } from "bun:test";
import { REFUSAL_CODES } from "../../protocol/refusal-codes.ts";
import type { RefusalView } from "../../protocol/views.ts";
import { refusalText } from "./refusal-text.ts";

/** What only a page that is not made for this shop is refused with, or an operator. */
const FAULTS_OF_THE_PAGE = [
  "body_too_large",
  "currency_in_use",
  "hello_expected",
  "invalid_cart",
  "invalid_customer",
  "invalid_field",
  "invalid_lines",
  "invalid_payment_token",
  "invalid_price",
  "invalid_product",
  "invalid_quantity",
  "invalid_queue",
  "invalid_reason",
  "invalid_session",
  "key_missing",
  "key_reused",
  "malformed_body",
  "malformed_frame",
  "method_not_allowed",
  "missing_field",
  "not_allowed",
  "not_found",
  "not_your_cart",
  "order_not_confirmed",
  "order_not_found",
  "origin_not_allowed",
  "other_sale",
  "queue_begun",
  "return_exceeds_sold",
  "sale_not_found",
  "session_required",
  "token_in_url",
  "too_many_returns",
  "unknown_field",
  "unknown_frame",
  "unknown_kind",
  "unknown_operation",
  "unsupported_media_type",
  "upgrade_required",
];

// What a provider of payments, or a fault, may bring along.
const RAW = "The payment was declined: card_declined; send the command C-1#2 again with the same key";

function raw(code: string): RefusalView {
  return { code, detail: RAW };
}

test.each(REFUSAL_CODES)(
  "%s is told in a sentence for shoppers, who know neither codes nor commands",
  (code) => {
    const text = refusalText(raw(code));
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/_|#|key|command|session|lines?\b/i);
  },
);

// Numbers and names come in fields. A product is told by its title, and never by the SKU that the shop's actors know it by.
test.each([
  [{ code: "insufficient_stock", values: { sku: "MUG", quantity: 5, available: 3 } }, "Only 3 left."],
  [
    { code: "limit_per_customer", values: { sku: "MUG", quantity: 3, limit: 2, remaining: 2 } },
    "You can buy at most 2 in this sale.",
  ],
  [
    { code: "limit_per_customer", values: { sku: "MUG", quantity: 4, limit: 5, remaining: 2 } },
    "You can buy at most 5 in this sale, so 2 more.",
  ],
  [
    { code: "limit_per_customer", values: { sku: "MUG", quantity: 1, limit: 1, remaining: 0 } },
    "You can buy at most 1 in this sale, and you have that many already.",
  ],
  [{ code: "limit_per_customer", values: { limit: 2 } }, "You can buy at most 2 in this sale."],
  [
    { code: "mixed_currency", values: { sku: "EURO-MUG", productCurrency: "EUR", cartCurrency: "GBP" } },
    "It is sold in EUR, but your cart is in GBP.",
  ],
  [{ code: "sold_out", values: { sku: "OUT-FJORD-MINI" } }, "It is sold out."],
  [{ code: "too_many_holds", values: { sku: "MUG" } }, "Too many shoppers hold it at this moment."],
  [{ code: "unknown_sku", values: { sku: "MUG" } }, "There is no such product."],
])("%p is told as %p", (refusal, told) => {
  expect(refusalText(refusal)).toBe(told);
});

test.each([
  [{ code: "sold_out", values: { sku: "MUG", line: 1, title: "Mug" } }, "Mug: It is sold out."],
  [
    { code: "insufficient_stock", values: { available: 3, line: 12, title: "Mug (blue): 2" } },
    "Mug (blue): 2: Only 3 left.",
  ],
])("an order's refusal %p says by its title which product was refused", (refusal, told) => {
  expect(refusalText(refusal)).toBe(told);
});

// An older shop tells numbers and names in its sentences only, which are for people and may change their words.
test.each([
  ["already_extended", "A hold can be extended only once.", "A hold can be extended only once."],
  ["insufficient_stock", "Only 3 of OUT-FJORD-MINI are left.", "There are not that many left."],
  [
    "limit_per_customer",
    "A customer may buy at most 2 of AUD-TIDE-MINI in this sale.",
    "You cannot buy that many in this sale.",
  ],
  [
    "mixed_currency",
    "The cart is in GBP, but EURO-MUG is sold in EUR.",
    "It is not sold in the currency of your cart.",
  ],
  ["sold_out", "Line 1 (Mug): MUG is sold out.", "It is sold out."],
])("%s without values is told in words that do without", (code, detail, told) => {
  const older: RefusalView = { code, detail };
  expect(refusalText(older)).toBe(told);
});

test("a price that has changed is told so, as it may have gone either way", () => {
  const told = "Its price has changed. Add it to your cart once more to buy another one at today's price.";
  expect(refusalText(raw("price_changed"))).toBe(told);
});

test("to load the page again is the advice for its own faults only, and for codes that it does not know", () => {
  const advice = refusalText(raw("no_such_code"));
  expect(advice).toContain("reload");
  const advised = REFUSAL_CODES.filter((code) => refusalText(raw(code)) === advice);
  expect(advised).toEqual(FAULTS_OF_THE_PAGE);
});
