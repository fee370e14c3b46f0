import { assert } from "../../engine/contract/assert.ts";
import type { Rounding } from "./rounding.ts";
import { mulDivRound } from "./rounding.ts";

const WHOLE_BASIS_POINTS = 10_000;

/**
 * The tax that a gross amount includes, minor units: `gross − round(gross × 10⁴ / (10⁴ + rate))`.
 * The rate is in basis points (2000 = 20 %), at least 0.
 */
export function taxIncluded(
  grossMinor: number,
  taxBasisPoints: number,
  rounding: Rounding = "half-even",
): number {
  assert(Number.isSafeInteger(grossMinor), "taxIncluded: the amount must be a safe integer");
  assert(
    Number.isSafeInteger(taxBasisPoints),
    "taxIncluded: the rate must be a whole number of basis points",
  );
  assert(taxBasisPoints >= 0, "taxIncluded: the rate must not be negative");
  if (taxBasisPoints === 0) return 0;
  return (
    grossMinor - mulDivRound(grossMinor, WHOLE_BASIS_POINTS, WHOLE_BASIS_POINTS + taxBasisPoints, rounding)
  );
}
