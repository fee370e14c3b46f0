import { expect, test } from "bun:test";
import { REFUSAL_CODES } from "../../protocol/refusal-codes.ts";
import { refusalText } from "./refusal-text.ts";

/** What actors say in sentences that a shopper understands. */
const SHOPS_OWN_WORDS = [
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
];

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

test.each(REFUSAL_CODES.filter((code) => !SHOPS_OWN_WORDS.includes(code)))(
  "%s is told in a sentence for shoppers, who know neither codes nor commands",
  (code) => {
    const text = refusalText({ code, detail: RAW });
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/_|#|key|command|session|lines?\b/i);
  },
);

test("what the shop says for shoppers is told as it is", () => {
  const told = REFUSAL_CODES.filter((code) => refusalText({ code, detail: RAW }) === RAW);
  expect(told).toEqual(SHOPS_OWN_WORDS);
});

test("to load the page again is the advice for its own faults only, and for codes that it does not know", () => {
  const advice = refusalText({ code: "no_such_code", detail: RAW });
  expect(advice).toContain("reload");
  const advised = REFUSAL_CODES.filter((code) => refusalText({ code, detail: RAW }) === advice);
  expect(advised).toEqual(FAULTS_OF_THE_PAGE);
});
