import { assert } from "../../engine/contract/assert.ts";

/** An amount of money: whole minor units (a safe integer) of an ISO 4217 currency. */
export type Money = { readonly amountMinor: number; readonly currency: string };

/** The sum of two amounts. Both must have the same currency, and the sum must be a safe integer. */
export function plus(left: Money, right: Money): Money {
  assert(left.currency === right.currency, `cannot add ${right.currency} to ${left.currency}`);
  return { amountMinor: safeMinor(left.amountMinor + right.amountMinor), currency: left.currency };
}

/** The price of `quantity` units, minor units. Throws when it is no safe integer; see {@link fitsLine}. */
export function lineAmountMinor(unitPriceMinor: number, quantity: number): number {
  return safeMinor(unitPriceMinor * quantity);
}

/** Tells whether `quantity` more units still give a total that can be counted exactly. */
export function fitsLine(totalMinor: number, unitPriceMinor: number, quantity: number): boolean {
  return Number.isSafeInteger(totalMinor + unitPriceMinor * quantity);
}

/** Returns the amount, or throws when it cannot be exact. */
function safeMinor(amountMinor: number): number {
  assert(Number.isSafeInteger(amountMinor), "an amount is not a safe integer", undefined, amountMinor);
  return amountMinor;
}
