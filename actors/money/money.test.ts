import { describe, expect, test } from "bun:test";
import { InvariantBroken } from "../../engine/contract/assert.ts";
import { Generator } from "../../engine/contract/testing/generator.ts";
import { fitsLine, lineAmountMinor } from "./amount.ts";
import { currencyExponent } from "./currency.ts";
import { parseDecimal } from "./decimal.ts";
import type { Rounding } from "./rounding.ts";
import { divRound, mulDivRound } from "./rounding.ts";
import { taxIncluded } from "./tax.ts";

/** Rounds a quotient of big integers: the definition, written differently. */
function oracle(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const sign = numerator < 0n ? -1n : 1n;
  const twice = 2n * (numerator * sign);
  const roundedUp = (twice + denominator) / (2n * denominator);
  const isTie = (twice + denominator) % (2n * denominator) === 0n;
  const magnitude = isTie && rounding === "half-even" && roundedUp % 2n === 1n ? roundedUp - 1n : roundedUp;
  return sign * magnitude;
}

const MODES: readonly Rounding[] = ["half-even", "half-up"];
const NUMBERS = [1, 2, 7, 10, 999, 10_000, 123_456_789, 9_007_199_254_740_991] as const;

function anyInteger(generator: Generator): number {
  const magnitude = generator.below(generator.pick(NUMBERS));
  return generator.chance(50) ? magnitude : 0 - magnitude;
}

describe("rounding", () => {
  test.each([
    [5, 2, 2, 3],
    [7, 2, 4, 4],
    [-5, 2, -2, -3],
    [-7, 2, -4, -4],
    [1, 3, 0, 0],
    [2, 3, 1, 1],
    [-1, 2, 0, -1],
    [0, 9, 0, 0],
  ])("%d / %d is %d half-even and %d half-up", (numerator, denominator, even, up) => {
    expect(divRound(numerator, denominator)).toBe(even);
    expect(divRound(numerator, denominator, "half-up")).toBe(up);
  });

  test("agrees with big integers on 20,000 random quotients", () => {
    const generator = new Generator(1);
    for (let round = 0; round < 20_000; round++) {
      const numerator = anyInteger(generator);
      const denominator = Math.abs(anyInteger(generator)) + 1;
      if (!Number.isSafeInteger(denominator)) continue;
      const rounding = MODES[round % 2] ?? "half-even";
      const expected = Number(oracle(BigInt(numerator), BigInt(denominator), rounding));
      expect([numerator, denominator, rounding, divRound(numerator, denominator, rounding)]).toEqual([
        numerator,
        denominator,
        rounding,
        expected,
      ]);
    }
  });

  test("agrees with big integers when the product leaves the safe integers", () => {
    const generator = new Generator(2);
    for (let round = 0; round < 5_000; round++) {
      const value = anyInteger(generator);
      const multiplier = 10_000;
      const denominator = 10_000 + generator.below(10_001);
      const rounding = MODES[round % 2] ?? "half-even";
      const expected = oracle(BigInt(value) * BigInt(multiplier), BigInt(denominator), rounding);
      expect(mulDivRound(value, multiplier, denominator, rounding)).toBe(Number(expected));
    }
  });

  test("refuses what cannot be exact", () => {
    expect(() => divRound(2 ** 53, 2)).toThrow(InvariantBroken);
    expect(() => divRound(1.5, 2)).toThrow(InvariantBroken);
    expect(() => divRound(1, 0)).toThrow(InvariantBroken);
    expect(() => mulDivRound(2 ** 52, 2 ** 52, 1)).toThrow(InvariantBroken);
  });
});

describe("tax", () => {
  test.each([
    [1200, 2000, 200],
    // net = 2,550,000 / 12,000 = 212.5: half-even gives net 212.
    [255, 2000, 43],
    [1, 2000, 0],
    [999, 700, 65],
    [-1200, 2000, -200],
    [105, 500, 5],
    [1200, 0, 0],
    // net = 150,000 / 12,000 = 12.5: half-even gives net 12.
    [15, 2000, 3],
    // net = 210,000 / 12,000 = 17.5: half-even gives net 18.
    [21, 2000, 3],
  ])("%d including %d basis points includes %d", (gross, rate, tax) => {
    expect(taxIncluded(gross, rate)).toBe(tax);
  });

  test("half-up rounds the net amount away from zero", () => {
    expect(taxIncluded(15, 2000, "half-up")).toBe(2);
  });

  test("is exact for the largest line that a cart takes", () => {
    expect(taxIncluded(9_007_199_254_740_000, 2000)).toBe(1_501_199_875_790_000);
  });
});

describe("currencies", () => {
  test.each([
    ["JPY", 0],
    ["GBP", 2],
    ["KWD", 3],
    ["CLF", 4],
  ])("%s has %d decimals", (currency, exponent) => {
    expect(currencyExponent(currency)).toBe(exponent);
  });

  test.each(["", "gbp", "XXX", "__proto__"])("%p is no currency", (currency) => {
    expect(currencyExponent(currency)).toBeUndefined();
  });
});

describe("decimal texts", () => {
  test.each([
    ["2.55", "GBP", 255],
    ["2.5", "GBP", 250],
    ["2", "GBP", 200],
    ["-11062.06", "GBP", -1_106_206],
    ["-0.00", "GBP", 0],
    ["1200", "JPY", 1200],
    ["0.001", "KWD", 1],
    ["90071992547409.91", "GBP", 9_007_199_254_740_991],
  ])("%s %s is %d", (text, currency, amountMinor) => {
    expect(parseDecimal(text, currency)).toEqual({ type: "amount", amountMinor });
  });

  test.each([
    ["0.001", "GBP", "too_many_decimals"],
    ["2.550", "GBP", "too_many_decimals"],
    ["1.0", "JPY", "too_many_decimals"],
    ["90071992547409.92", "GBP", "amount_too_large"],
    ["", "GBP", "invalid_amount"],
    ["1,200.00", "GBP", "invalid_amount"],
    ["1e3", "GBP", "invalid_amount"],
    [".5", "GBP", "invalid_amount"],
    ["5.", "GBP", "invalid_amount"],
    [" 5", "GBP", "invalid_amount"],
    ["NaN", "GBP", "invalid_amount"],
    ["5", "XYZ", "unknown_currency"],
  ])("%p %s is refused as %s", (text, currency, code) => {
    expect(parseDecimal(text, currency)).toMatchObject({ type: "invalid", refusal: { code } });
  });

  test("the refusal names the currency and its decimals", () => {
    expect(parseDecimal("0.001", "GBP")).toMatchObject({
      refusal: { detail: "0.001 has 3 decimals, but GBP has 2." },
    });
    expect(parseDecimal("1.5", "JPY")).toMatchObject({
      refusal: { detail: "1.5 has 1 decimal, but JPY has 0." },
    });
  });
});

describe("amounts", () => {
  test("a line that cannot be counted exactly does not fit", () => {
    expect(fitsLine(0, 100_000_000_000, 90_071)).toBe(true);
    expect(fitsLine(0, 100_000_000_000, 90_072)).toBe(false);
    expect(() => lineAmountMinor(100_000_000_000, 90_072)).toThrow(InvariantBroken);
  });
});
