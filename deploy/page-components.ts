import type { DrawPage } from "../gateway/storefront/model/first-page.ts";

// Named and not imported: with it the types of browsers would come, which no other part of the program shall see.
const DRAW_PAGE = new URL("../gateway/storefront/server/draw-page.ts", import.meta.url).href;

/** Loads the page's components, which draw it on the server as they do in browsers. */
export async function loadPageComponents(): Promise<DrawPage> {
  const { drawPage } = (await import(DRAW_PAGE)) as { readonly drawPage: DrawPage };
  return drawPage;
}
