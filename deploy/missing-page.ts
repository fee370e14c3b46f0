const BODY = `
    <header class="header"><a class="brand" href="/">Stampede</a></header>
    <main class="nothing">
      <h1>There is no page at this address</h1>
      <p>It may have been cut off, or mistyped.</p>
      <p><a class="button button-main" href="/">Go to the shop</a></p>
    </main>
  `;

/** The page for people at a wrong address: the head of the storefront's own page, with its style, and no script. */
export function missingPage(storefront: string): string {
  return new HTMLRewriter()
    .on("script", { element: (script) => void script.remove() })
    .on("title", { element: (title) => void title.setInnerContent("No such page — Stampede") })
    .on("body", { element: (body) => void body.setInnerContent(BODY, { html: true }) })
    .transform(storefront);
}
