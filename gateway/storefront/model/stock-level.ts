import type { InventoryView } from "../../protocol/views.ts";
import { LOCALE } from "./written-for.ts";

/** How much is left, in words and as a share of a full meter. */
export interface StockLevel {
  readonly text: string;
  /** 0 to 1. */
  readonly share: number;
  readonly tone: "plenty" | "few" | "none";
}

// The shop does not tell how much there once was; with so many the meter is full.
const FULL = 100;
const FEW_MAX = 10;

/** Describes what can be bought now. */
export function stockLevel({ available, paused }: Pick<InventoryView, "available" | "paused">): StockLevel {
  if (paused) return { text: "Not for sale at the moment", share: 0, tone: "none" };
  if (available <= 0) return { text: "Sold out", share: 0, tone: "none" };
  const share = Math.min(1, available / FULL);
  if (available <= FEW_MAX) return { text: `Only ${available} left`, share, tone: "few" };
  return { text: `${available.toLocaleString(LOCALE)} in stock`, share, tone: "plenty" };
}
