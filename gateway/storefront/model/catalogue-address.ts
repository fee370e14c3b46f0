import { isPlainText, OFFSET_MAX, SEARCH_LENGTH_MAX } from "../../protocol/bounds.ts";

/** What part of the catalogue is looked at. */
export interface Browse {
  readonly words: string;
  /** Empty for all categories. */
  readonly category: string;
  /** From 0. */
  readonly page: number;
}

/** Products on one page. */
export const PAGE_LENGTH = 24;

const PAGE_MAX = Math.floor(OFFSET_MAX / PAGE_LENGTH);

/** The whole catalogue, from its beginning. */
export const BROWSE_ALL: Browse = { words: "", category: "", page: 0 };

/** Whether nothing is looked for: all products, on whichever page. */
export function isEverything({ words, category }: Browse): boolean {
  return words.trim() === "" && category === "";
}

/** Where the catalogue answers. */
export function catalogueUrl({ words, category, page }: Browse, limit = PAGE_LENGTH): string {
  const parameters = new URLSearchParams();
  if (words.trim() !== "") parameters.set("q", words.trim());
  if (category !== "") parameters.set("category", category);
  parameters.set("offset", String(page * PAGE_LENGTH));
  parameters.set("limit", String(limit));
  return `/v1/catalogue?${parameters}`;
}

/** The part of the page's own address that tells what is looked at, and the product that is open; empty for {@link BROWSE_ALL}. */
export function searchOf({ words, category, page }: Browse, sku?: string): string {
  const parameters = new URLSearchParams();
  if (words.trim() !== "") parameters.set("q", words.trim());
  if (category !== "") parameters.set("category", category);
  if (page > 0) parameters.set("page", String(page + 1));
  if (sku !== undefined) parameters.set("product", sku);
  return parameters.size === 0 ? "" : `?${parameters}`;
}

/** A link to a part of the catalogue, and to a product over it. */
export function shopLink(browse: Browse, sku?: string): string {
  return `/${searchOf(browse, sku)}`;
}

/** Reads {@link searchOf} back; whatever the catalogue would refuse counts as not there. */
export function browseOf(search: string): Browse {
  const parameters = new URLSearchParams(search);
  const category = parameters.get("category") ?? "";
  const page = Number(parameters.get("page") ?? "1");
  return {
    words: searchWords(parameters.get("q") ?? ""),
    category: category.length <= SEARCH_LENGTH_MAX && isPlainText(category) ? category : "",
    page: Number.isSafeInteger(page) && page > 0 ? Math.min(page - 1, PAGE_MAX) : 0,
  };
}

/** The product that an address opens; null for none. */
export function productOf(search: string): string | null {
  return new URLSearchParams(search).get("product") || null;
}

/** What the catalogue can be searched for of what was typed or pasted. */
export function searchWords(text: string): string {
  const words = text.slice(0, SEARCH_LENGTH_MAX).toWellFormed();
  return words.replace(/./gsu, (character) => (isPlainText(character) ? character : " "));
}
