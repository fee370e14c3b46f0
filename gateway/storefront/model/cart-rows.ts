import type { CartLineView } from "../../protocol/views.ts";

/** A product on its way into the cart: the shop has not answered yet. */
export interface ComingLine {
  readonly key: string;
  readonly sku: string;
  readonly title: string;
  readonly category: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
}

/** What the shopper sees of a cart: one row for all lines of one product at one price. */
export interface CartRow {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly unitPriceMinor: number;
  readonly quantity: number;
  /** The held lines, the newest last; empty while the first one is on its way. */
  readonly lines: readonly CartLineView[];
  /** The first hold to end; null while none is placed. */
  readonly holdExpiresAtMs: number | null;
  /** The lines whose holds can still be extended. */
  readonly extendable: readonly number[];
  /** Whether a change waits for the shop's answer. */
  readonly isChanging: boolean;
}

/** Quantities the shopper wants, by line; 0 is a line on its way out. */
export type WantedQuantities = ReadonlyMap<number, number>;

/** Puts together what a shopper sees: what is held, as the changes under way will leave it. */
export function cartRows(
  lines: readonly CartLineView[],
  wanted: WantedQuantities,
  coming: readonly ComingLine[],
): readonly CartRow[] {
  const rows = new Map<string, CartRow>();
  for (const line of lines) {
    const quantity = wanted.get(line.line) ?? line.quantity;
    if (quantity === 0) continue;
    const id = rowId(line);
    rows.set(id, joined(rows.get(id) ?? emptyRow(line), line, quantity, wanted.has(line.line)));
  }
  for (const line of coming) {
    const id = rowId(line);
    const row = rows.get(id) ?? emptyRow(line);
    rows.set(id, { ...row, quantity: row.quantity + 1, isChanging: true });
  }
  return [...rows.values()];
}

/** What a cart costs, minor units. */
export function totalOf(rows: readonly CartRow[]): number {
  return rows.reduce((sum, row) => sum + row.quantity * row.unitPriceMinor, 0);
}

/** Whether a row tells what one unit costs: its amount does not, or nothing else tells it from another row of the product. */
export function tellsUnitPrice(row: CartRow, rows: readonly CartRow[]): boolean {
  return row.quantity > 1 || rows.some(({ id, sku }) => sku === row.sku && id !== row.id);
}

/** The row of a line: one for each product and price. */
export function rowId({ sku, unitPriceMinor }: Pick<CartLineView, "sku" | "unitPriceMinor">): string {
  return `${sku}@${unitPriceMinor}`;
}

function emptyRow(line: Pick<CartLineView, "sku" | "title" | "unitPriceMinor">): CartRow {
  const { sku, title, unitPriceMinor } = line;
  return {
    id: rowId(line),
    sku,
    title,
    unitPriceMinor,
    quantity: 0,
    lines: [],
    holdExpiresAtMs: null,
    extendable: [],
    isChanging: false,
  };
}

function joined(row: CartRow, line: CartLineView, quantity: number, isChanging: boolean): CartRow {
  return {
    ...row,
    quantity: row.quantity + quantity,
    lines: [...row.lines, line],
    holdExpiresAtMs: Math.min(row.holdExpiresAtMs ?? Infinity, line.holdExpiresAtMs),
    extendable: line.extended ? row.extendable : [...row.extendable, line.line],
    isChanging: row.isChanging || isChanging,
  };
}
