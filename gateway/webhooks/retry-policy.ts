const FACTOR = 3;
const JITTER = 0.2;
const RETRY_AFTER_MS_MAX = 3_600_000;
// RFC 9110: Sun, 06 Nov 1994 08:49:37 GMT.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** After how long to try again: `ms`, three times as long with each attempt, up to `msMax`, varied by a fifth. `chance` is in [0, 1). */
export function retryPause(attempts: number, ms: number, msMax: number, chance: number): number {
  const base = Math.min(ms * FACTOR ** Math.max(0, attempts - 1), msMax);
  return Math.round(base * (1 - JITTER + 2 * JITTER * chance));
}

/** Milliseconds that a `Retry-After` header asks for, an hour at most; undefined when it is none. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  const atMs = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  const ms = seconds === undefined ? atMs - nowMs : seconds * 1_000;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX) : undefined;
}
