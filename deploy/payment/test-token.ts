/** How the test provider treats a token. */
export interface TokenBehaviour {
  /** Milliseconds until the answer; infinite for one that never comes. */
  readonly latencyMs: number;
  /** Null for a token that pays. */
  readonly declineReason: string | null;
  /** The first attempt fails on the way. */
  readonly failsFirst: boolean;
}

const PAYS: TokenBehaviour = { latencyMs: 0, declineReason: null, failsFirst: false };

const BEHAVIOURS: ReadonlyMap<string, TokenBehaviour> = new Map([
  ["tok_ok", PAYS],
  ["tok_declined", { ...PAYS, declineReason: "card_declined" }],
  ["tok_insufficient_funds", { ...PAYS, declineReason: "insufficient_funds" }],
  ["tok_timeout", { ...PAYS, latencyMs: Number.POSITIVE_INFINITY }],
  ["tok_flaky", { ...PAYS, failsFirst: true }],
]);

const SLOW = /^tok_slow_(\d{1,9})$/;
const UNKNOWN: TokenBehaviour = { ...PAYS, declineReason: "unknown_token" };

/** What the token stands for; a token that stands for nothing is declined. */
export function readToken(token: string): TokenBehaviour {
  const known = BEHAVIOURS.get(token);
  if (known !== undefined) return known;
  const latency = SLOW.exec(token)?.[1];
  return latency === undefined ? UNKNOWN : { ...PAYS, latencyMs: Number(latency) };
}
