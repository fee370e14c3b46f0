import { pageTitle } from "../gateway/storefront/model/browse-title.ts";
import { FIRST_PAGE_ID } from "../gateway/storefront/model/first-page.ts";
import type { DrawPage, FirstPage } from "../gateway/storefront/model/first-page.ts";
import { pageFacts } from "../gateway/storefront/server/page-facts.ts";
import type { PageFacts } from "../gateway/storefront/server/page-facts.ts";
import { stillNote } from "../gateway/storefront/server/still-note.ts";

/** Puts pages together: what was built, what is drawn, and what machines are told. */
export class StorefrontPage {
  readonly #template: string;
  readonly #drawPage: DrawPage;
  readonly #shop: string;

  /** `template`: the page without its content, as it was built. `shop`: what the shop is called. */
  constructor(template: string, drawPage: DrawPage, shop: string) {
    this.#template = template;
    this.#drawPage = drawPage;
    this.#shop = shop;
  }

  /** The page of an address of the shop at `origin`, and whether there is the product that the address names. */
  with(
    first: FirstPage,
    search: string,
    origin: string,
  ): { readonly html: string; readonly isFound: boolean } {
    const facts = pageFacts(search, first, { name: this.#shop, origin });
    const type = facts === undefined ? "no-product" : "shop";
    const html = filled(this.#template, {
      shop: this.#shop,
      title: facts?.title ?? pageTitle(this.#shop, "No such product"),
      description: facts?.description,
      head: facts === undefined ? "" : headOf(facts, this.#shop),
      note: stillNote({ type, nowMs: first.nowMs }),
      content: this.#drawPage(this.#shop, search, first),
      data: dataBlock("application/json", first, FIRST_PAGE_ID),
    });
    return { html, isFound: facts !== undefined };
  }

  /** The page while nobody can tell what is in the catalogue: its script asks again until somebody can. */
  empty(): string {
    return filled(this.#template, {
      shop: this.#shop,
      title: pageTitle(this.#shop),
      description: undefined,
      // Nothing here asks search engines to forget the page: it may come in place of any, for a moment, only because many are there.
      head: "",
      note: stillNote({ type: "no-catalogue" }),
      content: this.#drawPage(this.#shop, "", undefined),
      data: "",
    });
  }
}

interface PageParts {
  readonly shop: string;
  readonly title: string;
  /** The shop's own unless told. */
  readonly description: string | undefined;
  /** This and what follows is HTML. */
  readonly head: string;
  readonly note: string;
  readonly content: string;
  readonly data: string;
}

function filled(template: string, parts: PageParts): string {
  const { shop, title, description, head, note, content, data } = parts;
  const html = { html: true };
  return (
    new HTMLRewriter()
      .on("title", { element: (place) => void place.setInnerContent(title) })
      // The rewriter itself escapes quotes only, here and below.
      .on("meta[name=application-name]", {
        element: (meta) => void meta.setAttribute("content", Bun.escapeHTML(shop)),
      })
      .on("meta[name=description]", {
        element: (meta) =>
          void (description !== undefined && meta.setAttribute("content", Bun.escapeHTML(description))),
      })
      .on("head", { element: (place) => void place.append(head, html) })
      .on("noscript", { element: (place) => void place.setInnerContent(note, html) })
      .on("#page", { element: (place) => void place.setInnerContent(content, html).after(data, html) })
      .transform(template)
  );
}

function headOf(facts: PageFacts, shop: string): string {
  const { title, description, canonical, type, isListed, data } = facts;
  const properties = { title, description, type, url: canonical, site_name: shop };
  const graph = Object.entries(properties).map(
    ([name, value]) => `<meta property="og:${name}" content="${Bun.escapeHTML(value)}">`,
  );
  const link = `<link rel="canonical" href="${Bun.escapeHTML(canonical)}">`;
  const robots = isListed ? "" : `<meta name="robots" content="noindex">`;
  return robots + link + graph.join("") + dataBlock("application/ld+json", data);
}

/** Data within the page. Nothing in it can end its element or begin another: what could is written as JSON writes it elsewhere. */
function dataBlock(type: string, value: unknown, id?: string): string {
  const json = JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return `<script type="${type}"${id === undefined ? "" : ` id="${id}"`}>${json}</script>`;
}
