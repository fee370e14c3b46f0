import type { CatalogueEntryView, CataloguePageView } from "../../protocol/views.ts";
import { isEverything, PAGE_LENGTH } from "./catalogue-address.ts";
import type { Browse } from "./catalogue-address.ts";

/** How many products the first question asks for: as much as the shop gives at once. It also tells the categories and what is on sale. */
export const OVERVIEW_LENGTH = 100;

/** A page of the whole catalogue, where the overview has all of it. */
export function pageIn(
  overview: readonly CatalogueEntryView[],
  browse: Browse,
): CataloguePageView | undefined {
  const isKnown = overview.length > 0 && overview.length < OVERVIEW_LENGTH && isEverything(browse);
  if (!isKnown) return undefined;
  const { page } = browse;
  return { entries: overview.slice(page * PAGE_LENGTH, (page + 1) * PAGE_LENGTH), total: overview.length };
}

/** The last page of so many products, from 0. */
export function lastPage(total: number): number {
  return Math.max(0, Math.ceil(total / PAGE_LENGTH) - 1);
}
