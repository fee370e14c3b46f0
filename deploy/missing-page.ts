import { pageTitle } from "../gateway/storefront/model/browse-title.ts";

const body = (shop: string): string => `
    <header class="header"><a class="brand" href="/"><span class="brand-name">${Bun.escapeHTML(shop)}</span></a></header>
    <main class="nothing">
      <h1>There is no page at this address</h1>
      <p>It may have been cut off, or mistyped.</p>
      <p><a class="button button-main" href="/">Go to the shop</a></p>
    </main>
  `;

/** The page for people at a wrong address: the head of the storefront's own page, with its style, and no script. */
export function missingPage(storefront: string, shop: string): string {
  return new HTMLRewriter()
    .on("script", { element: (script) => void script.remove() })
    .on("title", { element: (title) => void title.setInnerContent(pageTitle(shop, "No such page")) })
    .on("body", { element: (element) => void element.setInnerContent(body(shop), { html: true }) })
    .transform(storefront);
}
