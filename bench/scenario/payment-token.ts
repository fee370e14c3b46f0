/** The tokens that the shop's test provider knows by name. */
export const PAYMENT_TOKENS = [
  "tok_ok",
  "tok_declined",
  "tok_insufficient_funds",
  "tok_timeout",
  "tok_flaky",
] as const;

const SLOW = /^tok_slow_\d{1,9}$/;

/** Whether the shop's test provider knows a token; any other one it declines. */
export function isPaymentToken(text: string): boolean {
  return PAYMENT_TOKENS.some((token) => token === text) || SLOW.test(text);
}
