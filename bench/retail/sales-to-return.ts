import type { RetailRow } from "./retail-row.ts";

/** Units of one sold line that a cancellation takes back. */
export interface ReturnSlice<Line> {
  readonly line: Line;
  readonly quantity: number;
}

interface OpenSale<Line> {
  readonly line: Line;
  unreturned: number;
}

/**
 * Finds the sales that cancellations take back: of the same customer, SKU and unit price, the newest first, since people
 * return what they bought last. One cancellation may take from several lines and orders; one that finds too few units
 * takes nothing, because half a row could not be reconciled.
 */
export class SalesToReturn<Line> {
  readonly #salesByKey = new Map<string, OpenSale<Line>[]>();

  /** Notes a sold line. Rows of nobody known cannot be returned: whoever comes back cannot be told to be the buyer. */
  sold(row: RetailRow, line: Line): void {
    if (row.customer === "") return;
    const key = returnKey(row);
    const sales = this.#salesByKey.get(key);
    const sale = { line, unreturned: row.quantity };
    if (sales === undefined) this.#salesByKey.set(key, [sale]);
    else sales.push(sale);
  }

  /** The slices that add up to the cancellation's units; undefined, and nothing taken, when they do not. */
  take(cancellation: RetailRow): readonly ReturnSlice<Line>[] | undefined {
    const sales = cancellation.customer === "" ? undefined : this.#salesByKey.get(returnKey(cancellation));
    const wanted = -cancellation.quantity;
    const unreturned = sales?.reduce((sum, sale) => sum + sale.unreturned, 0) ?? 0;
    if (sales === undefined || unreturned < wanted) return undefined;
    const slices: ReturnSlice<Line>[] = [];
    for (let missing = wanted; missing > 0;) {
      const newest = sales.at(-1);
      if (newest === undefined) return undefined;
      const quantity = Math.min(newest.unreturned, missing);
      slices.push({ line: newest.line, quantity });
      newest.unreturned -= quantity;
      missing -= quantity;
      if (newest.unreturned === 0) sales.pop();
    }
    return slices;
  }
}

function returnKey(row: RetailRow): string {
  return `${row.customer} ${row.unitPriceMinor} ${row.sku}`;
}
