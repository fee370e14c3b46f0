import { expect, test } from "bun:test";
import { FieldLayout, moneyText, plainText, timeText, withoutSecrets } from "./field-layout.ts";

test.each([
  [12_900, "EUR", "129.00 EUR"],
  [5, "EUR", "0.05 EUR"],
  [-5, "GBP", "-0.05 GBP"],
  [0, "USD", "0.00 USD"],
  [12_900, "JPY", "12900 JPY"],
  [1_500, "KWD", "1.500 KWD"],
  [12_900, undefined, "12900 minor units"],
  [12_900, "XXQ", "12900 minor units"],
])("%p minor units of %p are %s", (amountMinor, currency, text) => {
  expect(moneyText(amountMinor, currency)).toBe(text);
});

test("money, times and shares are written as such, in the record's currency or the last one seen", () => {
  const layout = new FieldLayout();
  const fields = {
    unitPriceMinor: 100,
    taxBasisPoints: 1_900,
    expiresAtMs: 0,
    securedUntilMs: null,
    afterMs: 5,
  };
  expect(layout.lines("Placed", { ...fields, currency: "EUR" }, "")).toEqual([
    "Placed unitPrice 1.00 EUR, tax 19 %, expiresAt 1970-01-01T00:00:00.000Z, securedUntil none, afterMs 5, currency EUR",
  ]);
  expect(layout.lines("Refunded", { refundMinor: 250 }, "  ")).toEqual(["  Refunded refund 2.50 EUR"]);
});

test("what is long goes below its title, and long lists are cut", () => {
  const lines = Array.from({ length: 25 }, (_, index) => ({ line: index + 1, sku: `SKU-${index}` }));
  const laidOut = new FieldLayout().lines("OrderPlaced", { lines, note: null, gone: undefined }, "");
  expect(laidOut.slice(0, 3)).toEqual(["OrderPlaced", "  lines:", "    1. line 1, sku SKU-0"]);
  expect(laidOut.slice(-3)).toEqual(["    20. line 20, sku SKU-19", "    … and 5 more", "  note none"]);
});

test("means of payment are not shown", () => {
  const call = { type: "Authorise", token: "tok_ok", inner: { paymentToken: "tok_ok" }, amountMinor: 1 };
  const laidOut = new FieldLayout().lines("called", call, "").join("\n");
  expect(laidOut).not.toContain("tok_ok");
  expect(laidOut).toContain("token (not shown)");
  expect(JSON.stringify(call, withoutSecrets)).not.toContain("tok_ok");
  expect(JSON.stringify({ paymentToken: null }, withoutSecrets)).toBe('{"paymentToken":null}');
});

test("text cannot act upon the terminal", () => {
  expect(plainText("CART~3#1")).toBe("CART~3#1");
  expect(plainText('a "b"')).toBe('"a \\"b\\""');
  expect(plainText("\u001b[31m\u009b2J\u202e\n")).toBe('"\\u001b[31m\\u009b2J\\u202e\\n"');
});

test("a time that is none is its number", () => {
  expect(timeText(1e18)).toBe("1000000000000000000");
});
