import { GATEWAY_PROBLEMS } from "./problems.ts";

/** What the shop's actors and lanes refuse with. */
const SHOP_CODES = [
  "already_extended",
  "amount_too_large",
  "cart_empty",
  "cart_full",
  "checkout_in_progress",
  "currency_in_use",
  "hold_ending",
  "hold_expired",
  "hold_not_found",
  "insufficient_stock",
  "internal_fault",
  "invalid_cart",
  "invalid_customer",
  "invalid_lines",
  "invalid_payment_token",
  "invalid_price",
  "invalid_product",
  "invalid_quantity",
  "invalid_reason",
  "key_reused",
  "limit_per_customer",
  "line_not_found",
  "mixed_currency",
  "not_your_cart",
  "order_not_confirmed",
  "order_not_found",
  "payment_declined",
  "payment_timeout",
  "price_changed",
  "quantity_changing",
  "return_exceeds_sold",
  "sold_out",
  "too_many_holds",
  "too_many_returns",
  "unknown_kind",
  "unknown_sku",
];

/** Every code that a command can be refused with, in order of the alphabet. */
export const REFUSAL_CODES: readonly string[] = [...SHOP_CODES, ...Object.keys(GATEWAY_PROBLEMS)].toSorted();
