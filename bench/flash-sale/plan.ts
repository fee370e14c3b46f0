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
