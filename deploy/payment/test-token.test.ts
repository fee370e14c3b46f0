import { expect, test } from "bun:test";
import { isPaymentToken, PAYMENT_TOKENS } from "../../bench/scenario/payment-token.ts";
import { readToken } from "./test-token.ts";

const OTHERS = [
  "tok_slow_0",
  "tok_slow_500",
  "tok_slow_999999999",
  "tok_slow_",
  "tok_slow_1e3",
  "tok_nope",
  "",
];

test.each([...PAYMENT_TOKENS, ...OTHERS])(
  "scenarios and the provider agree on whether %j stands for something",
  (token) => {
    expect(isPaymentToken(token)).toBe(readToken(token).declineReason !== "unknown_token");
  },
);
