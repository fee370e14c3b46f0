/** Shortest and longest wait between two attempts, milliseconds. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before attempt number `attempt` (from 1): anywhere up to a bound that doubles ("full jitter"), so
 * that a crowd that lost its connection at once does not come back at once.
 * Source: aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter.
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: number): number {
  const boundMs = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(random * boundMs);
}
