import {
  CONSOLE_POINTS_MAX,
  type ConsoleHistory,
  type ConsoleNow,
  type ConsolePoint,
  type StockPoint,
} from "../../protocol/console-line.ts";

/** What charts are drawn from, the oldest first. */
export interface Timeline {
  readonly points: readonly ConsolePoint[];
  /** By SKU. */
  readonly stock: Readonly<Record<string, readonly StockPoint[]>>;
}

export const EMPTY_TIMELINE: Timeline = { points: [], stock: {} };

/** The timeline that a node remembers, and what this page has seen that it has not: it may have been another node's. */
export function remembered(seen: Timeline, { points, stock }: ConsoleHistory): Timeline {
  const skus = new Set([...Object.keys(seen.stock), ...Object.keys(stock)]);
  return {
    points: merged(seen.points, points),
    stock: Object.fromEntries([...skus].map((sku) => [sku, merged(seen.stock[sku] ?? [], stock[sku] ?? [])])),
  };
}

/** The timeline with one second more. Of products that are not shown any more nothing is kept. */
export function prolonged({ points, stock }: Timeline, { point, products }: ConsoleNow): Timeline {
  const { value, atMs, trouble } = products;
  const bounded = <Point>(all: readonly Point[]): readonly Point[] => all.slice(-CONSOLE_POINTS_MAX);
  if (value === null || atMs === null || trouble !== null)
    return { points: bounded([...points, point]), stock };
  return {
    points: bounded([...points, point]),
    stock: Object.fromEntries(
      value.map(({ sku, available, held, sold }) => [
        sku,
        bounded([...(stock[sku] ?? []), { atMs, available, held, sold }]),
      ]),
    ),
  };
}

function merged<Point extends { readonly atMs: number }>(
  seen: readonly Point[],
  known: readonly Point[],
): readonly Point[] {
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return seen;
  const outside = seen.filter(({ atMs }) => atMs < first.atMs || atMs > last.atMs);
  return [...outside, ...known].toSorted((one, other) => one.atMs - other.atMs).slice(-CONSOLE_POINTS_MAX);
}
