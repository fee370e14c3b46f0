import { assert } from "../../engine/contract/assert.ts";

/** What happens to a value exactly between two whole numbers: to the even one, or away from zero. */
export type Rounding = "half-even" | "half-up";

/**
 * The whole number nearest to `numerator / denominator`, computed without fractions.
 * Both must be safe integers, the denominator positive.
 */
export function divRound(numerator: number, denominator: number, rounding: Rounding = "half-even"): number {
  assert(Number.isSafeInteger(numerator), "divRound: the numerator must be a safe integer");
  assert(Number.isSafeInteger(denominator), "divRound: the denominator must be a safe integer");
  assert(denominator > 0, "divRound: the denominator must be positive");
  const remainder = numerator % denominator;
  const towardsZero = (numerator - remainder) / denominator;
  const distance = Math.abs(remainder);
  // Doubling the distance could leave the safe integers; the distance to the other neighbour cannot.
  const otherDistance = denominator - distance;
  const nearerIsOther =
    distance > otherDistance ||
    (distance === otherDistance && (rounding === "half-up" || towardsZero % 2 !== 0));
  // Adding 0 turns -0 into 0, so that results compare and serialise alike.
  return (nearerIsOther ? towardsZero + Math.sign(numerator) : towardsZero) + 0;
}

/**
 * The whole number nearest to `value × multiplier / denominator`, also when the product is no safe integer.
 * All three must be safe integers, the denominator positive, and the result a safe integer.
 */
export function mulDivRound(
  value: number,
  multiplier: number,
  denominator: number,
  rounding: Rounding = "half-even",
): number {
  const product = value * multiplier;
  if (Number.isSafeInteger(product)) return divRound(product, denominator, rounding);
  assert(denominator > 0, "mulDivRound: the denominator must be positive");
  const exact = BigInt(value) * BigInt(multiplier);
  const divisor = BigInt(denominator);
  const remainder = exact % divisor;
  const towardsZero = exact / divisor;
  const twiceDistance = 2n * (remainder < 0n ? -remainder : remainder);
  const nearerIsOther =
    twiceDistance > divisor ||
    (twiceDistance === divisor && (rounding === "half-up" || towardsZero % 2n !== 0n));
  const sign = exact < 0n ? -1n : 1n;
  const result = Number(nearerIsOther ? towardsZero + sign : towardsZero);
  assert(Number.isSafeInteger(result), "mulDivRound: the result must be a safe integer");
  return result;
}
