/**
 * How fast a queue moves. It is a function of time, which the actor, gateways and pages compute for themselves: nothing is
 * stored or sent while people are let in. Places count from 0.
 */
export type WaitingLine = {
  /** Places that had been let in at `sinceMs`; the first of them is 0. A fraction is a place that is nearly reached. */
  readonly base: number;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Places that are let in per minute since then; 0 while nobody is. */
  readonly perMinute: number;
  /** Places below it have had their time to buy. */
  readonly passed: number;
};

const MINUTE_MS = 60_000;

/** Places that the line has reached at `nowMs`, with the fraction of the next one. */
export function reachedAt({ base, sinceMs, perMinute }: WaitingLine, nowMs: number): number {
  return base + (perMinute * Math.max(0, nowMs - sinceMs)) / MINUTE_MS;
}

/**
 * When the place is let in, milliseconds since the epoch; infinite while nobody is. A place that was let in before the
 * line had its present speed has the time of that change, which is never before its own.
 */
export function turnAtMs({ base, sinceMs, perMinute }: WaitingLine, place: number): number {
  if (place + 1 <= base) return sinceMs;
  return perMinute === 0 ? Infinity : sinceMs + Math.ceil(((place + 1 - base) * MINUTE_MS) / perMinute);
}

/**
 * The line from `nowMs` on, at `base` and with another speed. Whoever has had their time to buy by then stays out: `issued` places
 * there are, and `admissionMs` is how long each of them may buy.
 */
export function lineFrom(
  line: WaitingLine,
  next: Pick<WaitingLine, "base" | "perMinute">,
  { issued, admissionMs }: { readonly issued: number; readonly admissionMs: number },
  nowMs: number,
): WaitingLine {
  const longAgoMs = nowMs - admissionMs;
  const passed =
    longAgoMs < line.sinceMs ? line.passed : Math.min(issued, Math.floor(reachedAt(line, longAgoMs)));
  return { ...next, sinceMs: nowMs, passed };
}
