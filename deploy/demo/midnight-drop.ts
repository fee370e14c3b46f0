import type { SaleTerms } from "../../gateway/protocol/messages.ts";

const HOUR_MS = 60 * 60 * 1000;

// Long enough to be seen by somebody who comes back to the demo after a weekend.
const LASTS_MS = 3 * 24 * HOUR_MS;

/** The demo's running sale at one product's price: open from `startsAtMs` for three days, two units each. */
export function midnightDrop(unitPriceMinor: number, startsAtMs: number): SaleTerms {
  return {
    id: "midnight-drop",
    title: "Midnight Drop",
    unitPriceMinor,
    startsAtMs,
    endsAtMs: startsAtMs + LASTS_MS,
    limitPerCustomer: 2,
  };
}
