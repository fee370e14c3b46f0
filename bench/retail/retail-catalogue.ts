import { isPlainText, TITLE_LENGTH_MAX } from "../../gateway/protocol/bounds.ts";
import type { RetailRow } from "./retail-row.ts";

/** A product of the retail file. */
export interface RetailProduct {
  readonly sku: string;
  /** The description that most of its sales carry. */
  readonly title: string;
  /** The unit price that most of its sales have, pence. */
  readonly unitPriceMinor: number;
  /** Units that the file sells: with so many in stock it can be played in any order. */
  readonly unitsSold: number;
}

/** Counts what the played sales say about each product. */
export class RetailCatalogue {
  readonly #talliesBySku = new Map<string, ProductTally>();

  sold(row: RetailRow, unitPriceMinor: number): void {
    let tally = this.#talliesBySku.get(row.sku);
    if (tally === undefined) {
      tally = { titles: new Map(), prices: new Map(), unitsSold: 0 };
      this.#talliesBySku.set(row.sku, tally);
    }
    if (row.description !== "" && isPlainText(row.description)) count(tally.titles, row.description);
    count(tally.prices, unitPriceMinor);
    tally.unitsSold += row.quantity;
  }

  /** All products, in the order of their first sale. */
  products(): readonly RetailProduct[] {
    return Array.from(this.#talliesBySku, ([sku, { titles, prices, unitsSold }]) => ({
      sku,
      title: shortened(mostFrequent(titles) ?? sku),
      unitPriceMinor: mostFrequent(prices) ?? 0,
      unitsSold,
    }));
  }
}

interface ProductTally {
  readonly titles: Map<string, number>;
  readonly prices: Map<number, number>;
  unitsSold: number;
}

/** As much of a title as the shop takes. Half a character at its end would make it no text at all. */
function shortened(title: string): string {
  return title.slice(0, TITLE_LENGTH_MAX).replace(/[\uD800-\uDBFF]$/, "");
}

function count<Value>(counts: Map<Value, number>, value: Value): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

/** The value with the highest count; the one that came first when several have it. */
function mostFrequent<Value>(counts: ReadonlyMap<Value, number>): Value | undefined {
  let best: Value | undefined;
  let bestCount = 0;
  for (const [value, valueCount] of counts) {
    if (valueCount <= bestCount) continue;
    best = value;
    bestCount = valueCount;
  }
  return best;
}
