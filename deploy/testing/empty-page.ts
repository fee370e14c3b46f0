import type { Page } from "playwright-core";
import { buildStorefront } from "../storefront-assets.ts";

/**
 * From now on the pages that a visitor loads are what they are while nobody can tell what is in the catalogue: their scripts ask. Changed
 * in the browser, which takes a page that a test has sent for one of another network.
 */
export async function loadEmptyPages(page: Page): Promise<void> {
  const assets = await buildStorefront();
  const empty = new TextDecoder().decode(assets.get("/")?.body);
  await page.addInitScript(`addEventListener("readystatechange", () => {
    // Before the script runs.
    if (document.readyState !== "interactive") return;
    const empty = new DOMParser().parseFromString(${JSON.stringify(empty)}, "text/html");
    document.getElementById("page").innerHTML = empty.getElementById("page").innerHTML;
    document.getElementById("first-page").remove();
  }, true)`);
}
