import { InvalidArgumentError } from "commander";

const DURATION = /^(\d{1,7})(ms|s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
// The longest that a timer can wait.
const MS_MAX = 2 ** 31 - 1;

/** Parses `30s`, `5m` or `500ms`. Returns milliseconds. */
export function duration(text: string): number {
  const [, count, unit = ""] = DURATION.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (ms > 0 && ms <= MS_MAX) return ms;
  throw new InvalidArgumentError("It must be a duration, such as 500ms, 30s, 5m or 1h.");
}

/** Writes how long something took, or is ago, in one unit: `350ms`, `12s`, `3m`, `5h`, `2d`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
