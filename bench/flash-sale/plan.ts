/** What a flash sale is made of. */
export interface FlashSalePlan {
  /** Names this run's products (`bench-RUNID-1`, …) and idempotency keys. */
  readonly runId: string;
  /** Shoppers, each with a socket, a session and a cart of its own. */
  readonly sockets: number;
  /** Products that the crowd buys, in turns. */
  readonly skus: number;
  /** Ends the run after this many attempts, all of which count… */
  readonly orders?: number;
  /** …or after this time, seconds, once the warm-up is over. */
  readonly seconds: number;
  /** Time before anything counts, seconds; a run by orders has none. */
  readonly warmUpSeconds: number;
  /** Units per product; enough for everybody when left out. */
  readonly stock?: number;
}

/** Units that no run sells out: a million at a time is what one command takes. */
export const PLENTY_UNITS = 10_000_000;

/** Longest name of a run: the keys made from it stay within their limit. */
export const RUN_ID_LENGTH_MAX = 24;

/** The products of a run. */
export function skusOf({ runId, skus }: Pick<FlashSalePlan, "runId" | "skus">): readonly string[] {
  return Array.from({ length: skus }, (_, index) => `bench-${runId}-${index + 1}`);
}

/** What stays of a run that is given up before its first order, for whoever gave it up. */
export function shelvesLeft(runId: string): string {
  return `the products that it has listed (bench-${runId}-…) stay in the catalogue`;
}

/** A name that no other run has: the time in base 36 and some luck. */
export function newRunId(nowMs: number): string {
  return `${nowMs.toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
}
