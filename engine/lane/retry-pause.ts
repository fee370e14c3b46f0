const PAUSE_MAX_MS = 30_000;

/** How long to wait before something is tried again that has failed so many times before, ms: twice as long each time. */
export function retryPauseMs(firstMs: number, attempts: number): number {
  return Math.min(firstMs * 2 ** attempts, PAUSE_MAX_MS);
}
