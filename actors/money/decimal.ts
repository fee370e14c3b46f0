import type { Refusal } from "../../engine/contract/outcome.ts";
import { currencyExponent } from "./currency.ts";

/** What a decimal text came to. */
export type ParsedAmount =
  | { readonly type: "amount"; readonly amountMinor: number }
  | { readonly type: "invalid"; readonly refusal: Refusal };

// An optional minus sign, whole digits, and decimals after a point. No plus sign, thousands separators or exponents:
// they mean different things in different files.
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Parses a decimal text such as `2.55` to minor units of `currency` (255 for GBP), exactly.
 * Invalid with code `unknown_currency`, `invalid_amount`, `too_many_decimals` (never rounded silently) or `amount_too_large`.
 */
export function parseDecimal(text: string, currency: string): ParsedAmount {
  const exponent = currencyExponent(currency);
  if (exponent === undefined) return invalid("unknown_currency", `${currency} is not an ISO 4217 currency.`);
  const match = DECIMAL.exec(text);
  if (match === null)
    return invalid("invalid_amount", `"${text.slice(0, 40)}" is not a decimal number such as 2.55.`);
  const [, sign = "", whole = "", decimals = ""] = match;
  if (decimals.length > exponent)
    return invalid(
      "too_many_decimals",
      `${text} has ${decimals.length} ${decimals.length === 1 ? "decimal" : "decimals"}, but ${currency} has ${exponent}.`,
    );
  const magnitude = Number(whole + decimals.padEnd(exponent, "0"));
  if (!Number.isSafeInteger(magnitude))
    return invalid("amount_too_large", `${text} ${currency} is too large.`);
  return { type: "amount", amountMinor: sign === "-" && magnitude !== 0 ? -magnitude : magnitude };
}

function invalid(code: string, detail: string): ParsedAmount {
  return { type: "invalid", refusal: { code, detail } };
}
