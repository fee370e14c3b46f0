import { InvalidArgumentError } from "commander";
import { existingTimeMs, isDateTime } from "./date-time.ts";

const LATER = /^\+(\d{1,5})(s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A moment that an operator names: at a time, or so long after another one. */
export type SaleTime =
  { readonly type: "at"; readonly atMs: number } | { readonly type: "after"; readonly ms: number };

/** Parses `now`, `+30s`, `+90m`, `+2h`, `+1d`, or a date with a time and its zone. */
export function saleTime(text: string): SaleTime {
  if (text === "now") return { type: "after", ms: 0 };
  const [, count, unit = ""] = LATER.exec(text) ?? [];
  if (count !== undefined) return { type: "after", ms: Number(count) * (UNIT_MS[unit] ?? 0) };
  const atMs = isDateTime(text) ? existingTimeMs(text) : undefined;
  if (atMs !== undefined && atMs >= 0) return { type: "at", atMs };
  if (isDateTime(text) && atMs === undefined)
    throw new InvalidArgumentError("There is no such day, or no such time of it.");
  throw new InvalidArgumentError(
    "It must be a date with time and zone (2026-11-27T18:00Z), now, or a while later (+30s, +90m, +2h, +1d).",
  );
}

/** The moment itself, when `after` is what it counts from. */
export function momentOf(time: SaleTime, afterMs: number): number {
  return time.type === "at" ? time.atMs : afterMs + time.ms;
}
