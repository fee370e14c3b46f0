import { fileURLToPath } from "node:url";
import { MISSING_PAGE } from "../gateway/server/assets.ts";
import { glyphSprite } from "../gateway/storefront/art/sprite.ts";
import { SHOP_NAME } from "./config.ts";
import { missingPage } from "./missing-page.ts";
import { loadPageComponents } from "./page-components.ts";
import { StorefrontPage } from "./storefront-page.ts";

/** A file of the page. */
export interface StorefrontAsset {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Files whose names tell their content never change. */
  readonly cacheControl: string;
}

/** The page without its content. No address has this path. */
export const PAGE_TEMPLATE = "page-template";

const STOREFRONT = new URL("../gateway/storefront/", import.meta.url);
const FOREVER = "public, max-age=31536000, immutable";
const ASK_EACH_TIME = "no-cache";

/**
 * Builds the page in memory: `/`, `/assets/…` with names that change with the content, `/favicon.svg`, and the page for wrong addresses.
 * @param shop what the shop is called
 * @throws Error when the page does not compile.
 */
export async function buildStorefront(shop = SHOP_NAME): Promise<Map<string, StorefrontAsset>> {
  const { outputs } = await Bun.build({
    entrypoints: [fileURLToPath(new URL("index.html", STOREFRONT))],
    target: "browser",
    splitting: true,
    minify: true,
    publicPath: "/",
    naming: {
      entry: "[name].[ext]",
      chunk: "assets/[name]-[hash].[ext]",
      asset: "assets/[name]-[hash].[ext]",
    },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const assets = new Map<string, StorefrontAsset>();
  for (const output of outputs) {
    const path = output.path.replace(/^\.?\/?/, "/");
    const isPage = path === "/index.html";
    const { type: contentType } = output;
    if (!isPage) {
      const body = new Uint8Array(await output.arrayBuffer());
      assets.set(path, { body, contentType, cacheControl: FOREVER });
      continue;
    }
    const page = await output.text();
    const template = page.replace("<body>", `<body>${glyphSprite()}`);
    assets.set("/", {
      body: encoded(new StorefrontPage(template, await loadPageComponents(), shop).empty()),
      contentType,
      cacheControl: ASK_EACH_TIME,
    });
    assets.set(PAGE_TEMPLATE, { body: encoded(template), contentType, cacheControl: ASK_EACH_TIME });
    assets.set(MISSING_PAGE, {
      body: encoded(missingPage(page, shop)),
      contentType,
      cacheControl: ASK_EACH_TIME,
    });
  }
  const favicon = await Bun.file(new URL("favicon.svg", STOREFRONT)).bytes();
  assets.set("/favicon.svg", { body: favicon, contentType: "image/svg+xml", cacheControl: ASK_EACH_TIME });
  return assets;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
