import { beforeAll, expect, test } from "bun:test";
import type { Catalogue, CatalogueEntry } from "../engine/ports/catalogue.ts";
import { Unavailable } from "../engine/ports/unavailable.ts";
import { HandClock } from "../gateway/push/testing/hand-clock.ts";
import { systemClock, TestGateway } from "../gateway/server/testing/test-gateway.ts";
import { buildStorefront, PAGE_TEMPLATE } from "./storefront-assets.ts";
import { loadPageComponents } from "./page-components.ts";
import { StorefrontPage } from "./storefront-page.ts";
import { StorefrontPages } from "./storefront-pages.ts";

const ORIGIN = "https://shop.example";
const SHOP = "Corner Shop";

let assets: Awaited<ReturnType<typeof buildStorefront>>;
let storefrontPage: StorefrontPage;

beforeAll(async () => {
  assets = await buildStorefront();
  const template = new TextDecoder().decode(assets.get(PAGE_TEMPLATE)?.body);
  storefrontPage = new StorefrontPage(template, await loadPageComponents(), SHOP);
});

function entry(sku: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const known = { title: `Mug ${sku}`, description: "Holds tea.", category: "Kitchen", currency: "GBP" };
  return { sku, ...known, unitPriceMinor: 1_250, available: 5, paused: false, sale: null, ...more };
}

/** A catalogue in memory that tells what it was asked. */
class ListedCatalogue implements Catalogue {
  readonly asked: string[] = [];
  readonly #entries: readonly CatalogueEntry[];

  constructor(entries: readonly CatalogueEntry[]) {
    this.#entries = entries;
  }

  search({ words, category, offset, limit }: Parameters<Catalogue["search"]>[0]) {
    this.asked.push(`${words ?? "all"} in ${category ?? "all"}: ${limit} from ${offset}`);
    const found = this.#entries.filter(
      (one) => (category ?? one.category) === one.category && one.title.includes(words ?? ""),
    );
    return Promise.resolve({ entries: found.slice(offset, offset + limit), total: found.length });
  }

  find(_tenant: string, sku: string) {
    this.asked.push(sku);
    return Promise.resolve(this.#entries.find((one) => one.sku === sku));
  }
}

function pagesOf(entries: readonly CatalogueEntry[]) {
  const catalogue = new ListedCatalogue(entries);
  const clock = new HandClock();
  const pages = new StorefrontPages({ page: storefrontPage, catalogue, tenant: "shop", clock });
  const draw = async (search: string) => {
    const page = await pages.draw(pages.parametersOf(search), ORIGIN);
    return page.type === "page" ? { ...page, ...readPage(page.html) } : page;
  };
  return { catalogue, clock, pages, draw };
}

/** What machines find in a page. */
function readPage(html: string) {
  const found = {
    title: "",
    canonical: "",
    graph: {} as Record<string, string>,
    data: "",
    styled: 0,
    scripts: "",
  };
  let type = "";
  // The rewriter shows attributes as they are written.
  const written = (text: string | null): string => (text ?? "").replaceAll("&amp;", "&");
  new HTMLRewriter()
    .on("title", { text: ({ text }) => void (found.title += text) })
    .on("link[rel=canonical]", {
      element: (link) => void (found.canonical += written(link.getAttribute("href"))),
    })
    .on("meta[property]", {
      element: (meta) =>
        void (found.graph[meta.getAttribute("property") ?? ""] = written(meta.getAttribute("content"))),
    })
    .on("[style], style", { element: () => void (found.styled += 1) })
    .on("script", {
      element(script) {
        type = script.getAttribute("type") ?? "";
        if (!script.hasAttribute("src") && !type.endsWith("json"))
          found.scripts += "a script of the page's own";
      },
      text: ({ text }) => void (type === "application/ld+json" && (found.data += text)),
    })
    .transform(html);
  return { ...found, data: found.data === "" ? undefined : (JSON.parse(found.data) as unknown) };
}

const many = Array.from({ length: 130 }, (_, index) => entry(`P${index}`));
const sale = {
  id: "s",
  title: "Drop",
  unitPriceMinor: 990,
  startsAtMs: 0,
  endsAtMs: 5_000,
  limitPerCustomer: 2,
};

test("the page of a product tells machines its name, price, stock and address, and until when a sale's price holds", async () => {
  const { draw } = pagesOf([
    entry("MUG", { sale }),
    entry("GONE", { available: 0 }),
    entry("PAUSED", { paused: true }),
  ]);
  expect(await draw("?product=MUG&utm_source=mail")).toMatchObject({
    status: 200,
    title: "Mug MUG — Corner Shop",
    canonical: `${ORIGIN}/?product=MUG`,
    graph: {
      "og:title": "Mug MUG — Corner Shop",
      "og:type": "product",
      "og:site_name": "Corner Shop",
      "og:url": `${ORIGIN}/?product=MUG`,
      "og:description": "£9.90, in stock. Holds tea.",
    },
    data: {
      "@context": "https://schema.org",
      "@type": "Product",
      name: "Mug MUG",
      sku: "MUG",
      offers: {
        "@type": "Offer",
        price: "9.90",
        priceCurrency: "GBP",
        seller: { "@type": "Organization", name: "Corner Shop" },
        availability: "https://schema.org/InStock",
        priceValidUntil: "1970-01-01T00:00:05.000Z",
      },
    },
    styled: 0,
    scripts: "",
  });
  expect(await draw("?product=GONE")).toMatchObject({
    graph: { "og:description": "£12.50, sold out. Holds tea." },
    data: { offers: { price: "12.50", availability: "https://schema.org/OutOfStock" } },
  });
  expect(await draw("?product=PAUSED")).toMatchObject({
    graph: { "og:description": "£12.50, not for sale at the moment. Holds tea." },
    data: { offers: { availability: "https://schema.org/OutOfStock" } },
  });
});

test("what shop owners and visitors write stays text, wherever it is in a page", async () => {
  const text = `</title></script><script>alert(1)</script>"'&lt;b&gt; \u2028`;
  const { draw } = pagesOf([entry("MUG", { title: text, description: text, category: text })]);
  for (const search of [
    "?product=MUG",
    `?q=${encodeURIComponent(text)}`,
    `?category=${encodeURIComponent(text)}`,
  ]) {
    const page = await draw(search);
    expect(page).toMatchObject({ status: 200, scripts: "" });
    if (page.type === "page") expect(page.html).not.toContain("<script>alert");
  }
  const [description] =
    /(?<=<meta name="description" content=")[^"]*/.exec(
      ((await draw("?product=MUG")) as { readonly html: string }).html,
    ) ?? [];
  expect(description).toBe(Bun.escapeHTML(`£12.50, in stock. ${text.trim()}`));
});

test("the page of a list tells machines its products in order, and its own address", async () => {
  const { draw } = pagesOf(many);
  const page = await draw("?page=2&q=+Mug+");
  expect(page).toMatchObject({
    title: "“Mug”, page 2 — Corner Shop",
    canonical: `${ORIGIN}/?q=Mug&page=2`,
    graph: { "og:type": "website" },
  });
  const { data } = page as unknown as { data: { itemListElement: readonly unknown[] } };
  expect(data).toMatchObject({ "@type": "ItemList" });
  expect(data.itemListElement).toHaveLength(24);
  expect(data.itemListElement[0]).toMatchObject({ position: 25, item: { "@type": "Product", sku: "P24" } });
});

test("search engines list what the shop has, and not what somebody was looking for", async () => {
  const { draw } = pagesOf(many);
  const robots = async (search: string) => {
    const page = await draw(search);
    return page.type === "page" && page.html.includes('<meta name="robots" content="noindex">');
  };
  expect(await robots("?q=cheap+pills+at+pills.example")).toBe(true);
  expect(await robots("?q=Mug")).toBe(true);
  for (const search of ["", "?page=2", "?category=Kitchen", "?product=P1", "?q=Mug&product=P1"])
    expect(await robots(search)).toBe(false);
});

test("a page names no product that there is not", async () => {
  const { draw } = pagesOf(many);
  for (const sku of ["NO-SUCH", "not a sku!", "x".repeat(5_000)]) {
    const page = await draw(`?product=${sku}`);
    expect(page).toMatchObject({
      type: "page",
      status: 404,
      title: "No such product — Corner Shop",
      data: undefined,
    });
  }
});

test("a page past the last is at the last, with what else the address says", async () => {
  const { draw } = pagesOf(many);
  expect(await draw("?page=99")).toEqual({ type: "elsewhere", path: "/?page=6" });
  expect(await draw("?page=9&q=nothing&product=P1")).toEqual({
    type: "elsewhere",
    path: "/?q=nothing&product=P1",
  });
});

test("pages of one moment share what they have in common, and nothing is asked that is known", async () => {
  const { draw, catalogue, clock } = pagesOf(many);
  for (const search of ["", "?page=2", "?product=P99", "?q=Mug", "?category=Kitchen&page=3", "?page=5"])
    await draw(search);
  expect(catalogue.asked).toEqual([
    "all in all: 100 from 0",
    "P99",
    "Mug in all: 24 from 0",
    "all in Kitchen: 24 from 48",
    "all in all: 24 from 96",
  ]);
  clock.pass(1_000);
  await draw("");
  expect(catalogue.asked.at(-1)).toBe("all in all: 100 from 0");
});

test("the window of a sale that is paused says so, and not that it is on", async () => {
  for (const [paused, says] of [
    [true, "paused"],
    [false, "on now"],
  ] as const) {
    expect(await pagesOf([entry("MUG", { sale, paused })]).draw("")).toMatchObject({
      html: expect.stringContaining(`<span class="drop-now">${says}</span>`),
    });
  }
});

test("a shop with nothing for sale says so", async () => {
  const { draw } = pagesOf([]);
  expect(await draw("")).toMatchObject({
    status: 200,
    html: expect.stringContaining("There is nothing for sale yet."),
  });
});

test("while the database is away the page says so, stays in search engines, and its script takes over", async () => {
  const away = () => Promise.reject(new Unavailable("The database does not answer.", 1_500));
  const catalogue = { search: away, find: away };
  const drawing = new StorefrontPages({
    page: storefrontPage,
    catalogue,
    tenant: "shop",
    clock: systemClock,
  });
  const gateway = await TestGateway.start({ assets, catalogue, drawing });
  try {
    for (const path of ["/", "/?product=MUG", "/?q=mug"]) {
      const response = await fetch(gateway.origin + path);
      expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-cache, private"]);
      const html = await response.text();
      expect(html).toContain("The products cannot be shown at the moment.");
      expect(html).not.toContain("noindex");
      expect(html).toContain("card-ghost");
      expect(html).not.toContain("application/json");
    }
  } finally {
    await gateway.stop();
  }
});
