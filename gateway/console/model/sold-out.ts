import type { StockPoint } from "../../protocol/console-line.ts";

// Long enough to be calm, short enough to notice that a sale has begun.
const PACE_MS = 60_000;
const PACE_MS_MIN = 5_000;
const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;
// Of a pace that would take longer, nobody knows whether it lasts.
const MINUTES_MAX = 24 * MINUTES_PER_HOUR;

/** When a product has nothing left to sell if it goes on at the pace of the last minute, ms from the last point; null when it does not go down. */
export function soldOutInMs(points: readonly StockPoint[]): number | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  const first = points.find(({ atMs }) => atMs >= last.atMs - PACE_MS);
  if (first === undefined || last.atMs - first.atMs < PACE_MS_MIN) return null;
  const gone = first.available - last.available;
  return gone > 0 ? (last.available * (last.atMs - first.atMs)) / gone : null;
}

/** What becomes of a product's stock, in words. */
export function stockText(points: readonly StockPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) return "";
  if (last.available <= 0) return last.held > 0 ? "All that is left is in carts" : "Sold out";
  const inMs = soldOutInMs(points);
  return inMs === null ? "Holds steady" : spanText(inMs);
}

function spanText(ms: number): string {
  const seconds = ms / MS_PER_SECOND;
  if (seconds < SECONDS_PER_MINUTE) return "Nothing left within a minute";
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
  if (minutes > MINUTES_MAX) return "Holds steady";
  if (minutes < 2 * MINUTES_PER_HOUR) return `Nothing left in about ${minutes} min`;
  return `Nothing left in about ${Math.round(minutes / MINUTES_PER_HOUR)} h`;
}
