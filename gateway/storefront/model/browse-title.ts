import type { Browse } from "./catalogue-address.ts";

/** What a part of the catalogue is called above its products. */
export function shelfTitle({ words, category }: Browse): string {
  if (words.trim() !== "") return `“${words.trim()}”${category === "" ? "" : ` in ${category}`}`;
  return category === "" ? "The whole shop" : category;
}

/** What a page of `shop` is called in the browser's tab; without a name of its own it is the shop. */
export function pageTitle(shop: string, name?: string): string {
  return name ? `${name} — ${shop}` : `${shop} — live shop`;
}

/** The name of a part of the catalogue among pages; empty for the beginning of all. */
export function browseTitle(browse: Browse): string {
  const name = shelfTitle(browse);
  if (browse.page > 0) return `${name}, page ${browse.page + 1}`;
  return browse.words.trim() === "" && browse.category === "" ? "" : name;
}
