import { InvalidArgumentError } from "commander";
import { existingTimeMs, isDateTime } from "./date-time.ts";

const AGE = /^(\d{1,5})(m|h|d|w)$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A parser of moments in the past, for an option of a command: a date (its beginning, UTC), a date with a time and its
 * zone, or an age in minutes, hours, days or weeks. Gives milliseconds since the epoch.
 */
export function pastTime(nowMs: number): (text: string) => number {
  return (text) => {
    const atMs = parseTime(text, nowMs);
    if (atMs === undefined)
      throw new InvalidArgumentError(
        "It must be a date (2026-01-31), a date with time and zone (2026-01-31T18:00Z), or an age (30m, 12h, 30d, 8w).",
      );
    if (atMs > nowMs)
      throw new InvalidArgumentError(
        `It must be in the past; it is now ${new Date(nowMs).toISOString().slice(0, 16)}Z.`,
      );
    return atMs;
  };
}

function parseTime(text: string, nowMs: number): number | undefined {
  const [, count, unit = ""] = AGE.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  return DATE.test(text) || isDateTime(text) ? existingTimeMs(text) : undefined;
}
