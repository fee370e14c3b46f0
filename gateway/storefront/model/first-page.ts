import type { CatalogueEntryView, CataloguePageView } from "../../protocol/views.ts";

/**
 * What the server has drawn a page from. It is part of the page, so that the script begins with the same and asks for none of it.
 * Both come from one build: the page names its script by content.
 */
export interface FirstPage {
  /** Server time, milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** The first products of the whole catalogue. */
  readonly overview: CataloguePageView;
  /** What the address looks at, where the overview does not have it. */
  readonly page?: CataloguePageView;
  /** The product that the address opens. */
  readonly product?: CatalogueEntryView;
}

/**
 * Draws the page at an address as its script does first, as HTML.
 * @param name the shop's own
 * @param search the address's own parameters, such as `?category=Home&product=MUG`
 * @param first what is in the catalogue; undefined while nobody knows
 */
export type DrawPage = (name: string, search: string, first: FirstPage | undefined) => string;

/** Where the page has it. */
export const FIRST_PAGE_ID = "first-page";
