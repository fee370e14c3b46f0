import { assert } from "../../engine/contract/assert.ts";

/** The price of `quantity` units, minor units. Throws when it is no safe integer; see {@link fitsLine}. */
export function lineAmountMinor(unitPriceMinor: number, quantity: number): number {
  const amountMinor = unitPriceMinor * quantity;
  assert(Number.isSafeInteger(amountMinor), "an amount is not a safe integer", undefined, amountMinor);
  return amountMinor;
}

/** Tells whether `quantity` more units still give a total that can be counted exactly. */
export function fitsLine(totalMinor: number, unitPriceMinor: number, quantity: number): boolean {
  return Number.isSafeInteger(totalMinor + unitPriceMinor * quantity);
}
