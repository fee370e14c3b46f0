import { expect, test } from "bun:test";
import { REFUSAL_CODES } from "../../protocol/refusal-codes.ts";
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
  "return_exceeds_sold",
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

test.each(REFUSAL_CODES)(
  "%s is told in a sentence for shoppers, who know neither codes nor commands",
  (code) => {
    const text = refusalText({ code, detail: RAW });
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/_|#|key|command|session|lines?\b/i);
  },
);

// A product by its title, which stands in front, and never by the SKU that the shop's actors know it by.
test.each([
  ["already_extended", "A hold can be extended only once.", "A hold can be extended only once."],
  ["amount_too_large", "The cart's total would be too large.", "Your cart's total would be too large."],
  [
    "checkout_in_progress",
    "An order is being placed from this cart; wait for its end.",
    "An order is being placed from your cart; please wait for its end.",
  ],
  ["hold_not_found", "The hold has ended.", "The hold has ended."],
  ["insufficient_stock", "Only 3 of OUT-FJORD-MINI are left.", "Only 3 left."],
  ["insufficient_stock", "None is left.", "There are not that many left."],
  [
    "limit_per_customer",
    "A customer may buy at most 2 of AUD-TIDE-MINI in this sale.",
    "You can buy at most 2 in this sale.",
  ],
  ["limit_per_customer", "More than the limit.", "You cannot buy that many in this sale."],
  [
    "mixed_currency",
    "The cart is in GBP, but EURO-MUG is sold in EUR.",
    "It is not sold in the currency of your cart.",
  ],
  [
    "payment_timeout",
    "The payment provider did not answer in time; nothing was charged.",
    "The payment provider did not answer in time. Nothing was charged.",
  ],
  ["sold_out", "OUT-FJORD-MINI is sold out.", "It is sold out."],
  [
    "too_many_holds",
    "Too many shoppers hold OUT-FJORD-MINI at this moment.",
    "Too many shoppers hold it at this moment.",
  ],
  ["unknown_sku", "There is no product OUT-FJORD-MINI.", "There is no such product."],
])("%s, %p, is told as %p", (code, detail, told) => {
  expect(refusalText({ code, detail })).toBe(told);
});

test.each([
  ["sold_out", "Line 1 (Mug): MUG is sold out.", "Mug: It is sold out."],
  ["insufficient_stock", "Line 12 (Mug (blue): 2): Only 3 of MUG are left.", "Mug (blue): 2: Only 3 left."],
  [
    "limit_per_customer",
    "Line 2 (At most 9 of us): A customer may buy at most 2 of GAME in this sale.",
    "At most 9 of us: You can buy at most 2 in this sale.",
  ],
])("an order's refusal with %s says by its title which product was refused", (code, detail, told) => {
  expect(refusalText({ code, detail })).toBe(told);
});

test("to load the page again is the advice for its own faults only, and for codes that it does not know", () => {
  const advice = refusalText({ code: "no_such_code", detail: RAW });
  expect(advice).toContain("reload");
  const advised = REFUSAL_CODES.filter((code) => refusalText({ code, detail: RAW }) === advice);
  expect(advised).toEqual(FAULTS_OF_THE_PAGE);
});
