import {
  CONSOLE_POINTS_MAX,
  CONSOLE_VERSION,
  type ConsoleHistory,
  type ConsoleNow,
  type ConsolePoint,
  type StockPoint,
} from "../../gateway/protocol/console-line.ts";

// A burn-down over ten minutes shows no more than this.
const STOCK_EVERY_MS = 5_000;
const STOCK_POINTS_MAX = 120;

/** What was seen while somebody watched, for whoever comes later or comes back. */
export class ConsoleHistoryBook {
  #points: ConsolePoint[] = [];
  #stock = new Map<string, StockPoint[]>();

  add({ point, products }: Pick<ConsoleNow, "point" | "products">): void {
    this.#points = [...this.#points, point].slice(-CONSOLE_POINTS_MAX);
    const { value, atMs, trouble } = products;
    if (value === null || atMs === null || trouble !== null) return;
    // A product that is not shown any more begins anew when it comes back.
    this.#stock = new Map(value.map(({ sku }) => [sku, this.#stock.get(sku) ?? []]));
    for (const { sku, available, held, sold } of value) {
      const points = this.#stock.get(sku) ?? [];
      if (atMs - (points.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) < STOCK_EVERY_MS) continue;
      points.push({ atMs, available, held, sold });
      if (points.length > STOCK_POINTS_MAX) points.shift();
    }
  }

  get line(): ConsoleHistory {
    return {
      type: "History",
      version: CONSOLE_VERSION,
      points: this.#points,
      stock: Object.fromEntries(this.#stock),
    };
  }
}
