import { assert } from "../../engine/contract/assert.ts";

/**
 * Splits an amount in proportion to `weights` so that the parts sum to it exactly (largest remainder method:
 * every part is rounded down, the units left go to the largest remainders, the earlier part first on a tie).
 * Minor units; weights are safe integers, at least 0, not all 0.
 */
export function splitMinor(amountMinor: number, weights: readonly number[]): number[] {
  assert(Number.isSafeInteger(amountMinor), "splitMinor: the amount must be a safe integer");
  for (const weight of weights)
    assert(Number.isSafeInteger(weight) && weight >= 0, "splitMinor: a weight must be a safe integer ≥ 0");
  const weightSum = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  assert(weightSum > 0n, "splitMinor: at least one weight must be positive");
  const sign = amountMinor < 0 ? -1 : 1;
  const amount = BigInt(Math.abs(amountMinor));
  const shares = weights.map((weight, index) => {
    const product = amount * BigInt(weight);
    return { index, units: product / weightSum, remainder: product % weightSum };
  });
  const parts = shares.map((share) => Number(share.units));
  const left = Number(amount - shares.reduce((sum, share) => sum + share.units, 0n));
  const byRemainder = shares.toSorted((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  for (const share of byRemainder.slice(0, left)) parts[share.index] = Number(share.units) + 1;
  return parts.map((part) => part * sign + 0);
}
