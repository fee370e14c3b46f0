import { expect, test } from "bun:test";
import { formatMoney, percentOff } from "./money.ts";

test("an amount is shown with the decimals of its currency", () => {
  expect(formatMoney(123_450, "GBP", "en-GB")).toBe("£1,234.50");
  expect(formatMoney(1_980, "JPY", "en-GB")).toBe("JP¥1,980");
  expect(formatMoney(1_234, "KWD", "en-GB")).toBe("KWD\u00a01.234");
  expect(formatMoney(25_000, "IQD", "en-GB")).toBe("IQD\u00a025.000");
  expect(formatMoney(0, "GBP", "en-GB")).toBe("£0.00");
});

test("a discount is told in whole percent, never rounded up, and never below zero", () => {
  expect(percentOff(14_900, 24_900)).toBe(40);
  expect(percentOff(6_650, 10_000)).toBe(33);
  expect(percentOff(100, 100)).toBe(0);
  expect(percentOff(120, 100)).toBe(0);
  expect(percentOff(0, 0)).toBe(0);
});
