/** What is counted in every second and simply added up. */
export const COUNTED = [
  "arrivals",
  "dropped",
  "completed",
  "unfinished",
  "orders",
  "holds",
  "commands",
  "retries",
  "retryable",
  "retryableWithHint",
] as const;

/** One of {@link COUNTED}. */
export type Counted = (typeof COUNTED)[number];

/** How often each of them was counted. */
export type Counts = Record<Counted, number>;

/** Nothing counted yet. */
export function noCounts(): Counts {
  return {
    arrivals: 0,
    dropped: 0,
    completed: 0,
    unfinished: 0,
    orders: 0,
    holds: 0,
    commands: 0,
    retries: 0,
    retryable: 0,
    retryableWithHint: 0,
  };
}
