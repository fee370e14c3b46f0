import type { InventoryView, SaleView } from "../../protocol/views.ts";
import { percentOff } from "./money.ts";
import { LOCALE, ZONE } from "./written-for.ts";

/** What has a price: a catalogue entry or a live view of its product. */
export type Priced = Pick<InventoryView, "unitPriceMinor" | "currency" | "sale">;

/** Where a sale is in time. */
export type SalePhase = "none" | "coming" | "running" | "over";

/** What a product costs at one moment. */
export interface Offer {
  readonly unitPriceMinor: number;
  /** The price outside the sale; null when that is the price. */
  readonly basePriceMinor: number | null;
  readonly percentOff: number;
}

/** Where a sale is at `nowMs`. The moment of the end is outside. */
export function salePhase(sale: SaleView | null, nowMs: number): SalePhase {
  if (sale === null) return "none";
  if (nowMs < sale.startsAtMs) return "coming";
  return nowMs < sale.endsAtMs ? "running" : "over";
}

/** What a product costs in a phase of its sale. */
export function offerIn(phase: SalePhase, product: Priced): Offer {
  const { unitPriceMinor: basePriceMinor, sale } = product;
  if (phase !== "running" || sale === null) {
    return { unitPriceMinor: basePriceMinor, basePriceMinor: null, percentOff: 0 };
  }
  const { unitPriceMinor } = sale;
  const isCheaper = unitPriceMinor < basePriceMinor;
  return {
    unitPriceMinor,
    basePriceMinor: isCheaper ? basePriceMinor : null,
    percentOff: percentOff(unitPriceMinor, basePriceMinor),
  };
}

/** The product to put into the window: of those on sale at `nowMs`, the one with the largest discount. */
export function featured<Product extends Priced>(
  products: readonly Product[],
  nowMs: number,
): Product | undefined {
  let best: Product | undefined;
  let bestPercent = -1;
  for (const product of products) {
    if (salePhase(product.sale, nowMs) !== "running") continue;
    const { percentOff: percent } = offerIn("running", product);
    if (percent > bestPercent) [best, bestPercent] = [product, percent];
  }
  return best;
}

const MINUTE_MS = 60_000;
const saleTimes = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
  ...ZONE,
});

/** When a sale begins or ends, in the shopper's own time: the server says which its is. */
export function saleTime(timeMs: number): string {
  // A minute that is cut off would read as over while the moment is still to come.
  return saleTimes.format(Math.ceil(timeMs / MINUTE_MS) * MINUTE_MS);
}

/** How many one customer may have. */
export function limitText(limitPerCustomer: number): string {
  return limitPerCustomer === 1 ? "One per customer" : `Up to ${limitPerCustomer} per customer`;
}
