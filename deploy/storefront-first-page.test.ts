import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { systemClock, TestGateway } from "../gateway/server/testing/test-gateway.ts";
import { buildStorefront, PAGE_TEMPLATE } from "./storefront-assets.ts";
import { loadPageComponents } from "./page-components.ts";
import { StorefrontPage } from "./storefront-page.ts";
import { StorefrontPages } from "./storefront-pages.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const AS_OF = /^Stock and prices as of \d\d:\d\d:\d\d UTC\. Buying needs JavaScript/;
const shelf = (page: Page, name: string) =>
  page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

test("without JavaScript the catalogue can be read, turned, searched and narrowed, and nothing is there that would do nothing", async () => {
  const page = await shop.read();
  await page.goto(shop.url);
  await page.getByText(AS_OF).waitFor();
  expect(await page.locator(".card").count()).toBe(24);
  expect(await page.locator("button:visible").allTextContents()).toEqual(["Search"]);
  const drop = page.locator(".drop");
  expect(await drop.locator(".price-now").textContent()).toBe("£149.00");
  expect(await drop.locator(".stock-text").textContent()).toMatch(/^\d+ in stock$/);
  expect(await drop.locator(".price-coming").innerText()).toMatch(
    /^Midnight Drop until \w{3} \d+ \w{3}, \d\d:\d\d UTC$/,
  );
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByText("Page 2 of 3").waitFor();
  await page.getByRole("searchbox").fill("kite");
  await page.keyboard.press("Enter");
  await shelf(page, "“kite”");
  expect(await page.getByRole("searchbox").inputValue()).toBe("kite");
  await page.getByRole("link", { name: "Play", exact: true }).click();
  await shelf(page, "“kite” in Play");
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Search" }).click();
  await shelf(page, "Play");
  expect(await page.locator(".card").count()).toBe(6);
});

test("without JavaScript a product can be read and left, and one that there is not is told as such", async () => {
  const page = await shop.read();
  await page.goto(`${shop.url}?category=Kitchen`);
  await page.getByRole("link", { name: "Swan Pour-over Kettle" }).click();
  await page.getByText(AS_OF).waitFor();
  const product = page.getByRole("dialog", { name: "Swan Pour-over Kettle" });
  expect(await product.locator(".price-now").textContent()).toBe("£89.00");
  expect(await page.locator("button:visible").allTextContents()).toEqual(["Search"]);
  expect(await page.title()).toBe("Swan Pour-over Kettle — Stampede");
  await product.getByRole("link", { name: "All products" }).click();
  await shelf(page, "Kitchen");
  const missing = await page.goto(`${shop.url}?product=NO-SUCH`);
  expect(missing?.status()).toBe(404);
  expect(await page.locator(".still-note").innerText()).toContain("This product could not be found.");
  await page.getByRole("link", { name: "Look at all products." }).click();
  await page.waitForURL(shop.url);
  await page.locator(".drop").waitFor();
  // The browser itself reports the page that was not there.
  shop.forgiveFaults();
});

/** What has come of a page since it began to load. */
interface Watch {
  readonly shifts: number;
  readonly painted: string | null;
  readonly built: readonly string[];
}

/** Begins to watch a page before anything of it is there: what it asks for, moves and builds anew. */
async function watched(page: Page): Promise<readonly string[]> {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.addInitScript(`{
    const watch = { shifts: 0, painted: null, built: [] };
    window.watch = watch;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) watch.shifts += value;
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => {
      watch.painted = list.getEntries().at(-1).element?.textContent.trim();
    }).observe({ type: "largest-contentful-paint", buffered: true });
    document.addEventListener("readystatechange", () => {
      if (document.readyState !== "interactive") return;
      new MutationObserver((changes) => {
        const isElement = ({ nodeType }) => nodeType === Node.ELEMENT_NODE;
        for (const { addedNodes, removedNodes } of changes) {
          watch.built.push(...[...addedNodes, ...removedNodes].filter(isElement).map(({ outerHTML }) => outerHTML));
        }
      }).observe(document.getElementById("page"), { childList: true, subtree: true });
    }, true);
  }`);
  return asked;
}

test.each([
  ["the shop", "", 1280],
  ["a search on a phone", "?q=lamp", 360],
  ["a product on a phone", "?product=KIT-SWAN-KETTLE", 360],
])(
  "%s is taken over as the server has drawn it: nothing moves, is built anew or asked for again",
  async (_, search, width) => {
    const page = await shop.visit(width);
    const asked = await watched(page);
    const drawn = await (await fetch(shop.url + search)).text();
    await page.goto(shop.url + search);
    await page.locator(".live-mark-live").waitFor();
    if (search.includes("product")) await page.locator("dialog:modal #product-title:focus").waitFor();
    const { shifts, painted, built } = await page.evaluate<Watch>(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(watch))))",
    );
    expect(built).toEqual([]);
    expect(shifts).toBe(0);
    expect(painted).toBeTruthy();
    const text = `new DOMParser().parseFromString(${JSON.stringify(drawn)}, "text/html").body.textContent`;
    expect(await page.evaluate(text)).toContain(painted ?? "");
    expect(asked.filter((path) => path.startsWith("/v1/catalogue"))).toEqual([]);
  },
);

test.each(["?page=2", "?q=o&category=Home&product=KIT-SWAN-KETTLE"])(
  "what the script would draw by itself at /%s is what the server has drawn",
  async (search) => {
    const page = await shop.visit();
    // As it is before anything is live.
    await page.routeWebSocket(/./, () => undefined);
    await page.addInitScript(`document.addEventListener("readystatechange", () => {
      if (document.readyState !== "interactive") return;
      window.drawn = document.getElementById("page").cloneNode(true);
      document.getElementById("page").replaceChildren();
    }, true)`);
    await page.goto(shop.url + search);
    await page.locator(".card").first().waitFor();
    const [drawn, built] = await page.evaluate<
      readonly (readonly string[])[]
    >(`[window.drawn, document.getElementById("page")].map((root) => {
      const lines = [];
      // Where the zone and the second are told, they are those of whom it is for; only the server opens what nobody can lay over yet.
      const isTime = (element) => element.closest("time, .countdown, .banner-place") !== null;
      for (const element of root.querySelectorAll("*")) {
        if (isTime(element)) continue;
        const attributes = [...element.attributes].map(({ name, value }) => name + "=" + value);
        const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data);
        const isDrawnOpen = (attribute) => element.localName === "dialog" && attribute.startsWith("open");
        lines.push([element.localName, ...attributes.filter((attribute) => !isDrawnOpen(attribute)).sort(), texts.join("")].join(" "));
      }
      return lines;
    })`);
    expect(built).toEqual(drawn ?? []);
  },
);

test("who has begun before the script is there keeps the focus, the place and what was typed", async () => {
  const page = await shop.visit();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await page.route("**/*.js", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(shop.url, { waitUntil: "commit" });
  await page.locator(".footer").waitFor();
  await page.locator(".card-open").nth(9).focus();
  const scrollY = await page.evaluate("scrollY");
  const box = page.getByRole("searchbox");
  await box.evaluate((element) => ((element as { value: string }).value = "kite"));
  arrive();
  await page.locator(".live-mark-live").waitFor();
  await shelf(page, "“kite”");
  expect(await box.inputValue()).toBe("kite");
  expect(scrollY).toBeGreaterThan(0);
});

test("a product can be opened in another tab", async () => {
  const page = await shop.visit();
  const opened = page.context().waitForEvent("page");
  await page
    .getByRole("link", { name: "Halo One Headphones, Midnight" })
    .click({ modifiers: ["ControlOrMeta"] });
  const tab = await opened;
  await tab.locator("#product-title:focus", { hasText: "Halo One Headphones, Midnight" }).waitFor();
  expect(page.url()).toBe(shop.url);
});

const HOSTILE_NAME = `"><script>document.title = "taken"</script>&amp;`;

const HOSTILE = [
  `</script><script>document.title = "taken"</script><img src=x onerror="document.title = 'taken'">`,
  `"><svg onload=alert(1)> ' & &amp; <!-- --> ]]> \u2028 \\u003c`,
  "👩🏽‍🚀 \u202etxet\u202c שלום {{x}} ${x}",
];

test("no title, and no name of a shop, can be more than text, to browsers or to machines", async () => {
  const entries = HOSTILE.map((title, index) => ({
    sku: `P${index}`,
    title,
    description: title,
    category: title.slice(0, 100),
    unitPriceMinor: 1_050,
    currency: "GBP",
    available: 5,
    paused: false,
    sale: null,
  }));
  const catalogue = {
    search: () => Promise.resolve({ entries, total: entries.length }),
    find: (_: string, sku: string) => Promise.resolve(entries.find((entry) => entry.sku === sku)),
  };
  const assets = await buildStorefront();
  const template = new TextDecoder().decode(assets.get(PAGE_TEMPLATE)?.body);
  const storefrontPage = new StorefrontPage(template, await loadPageComponents(), HOSTILE_NAME);
  const drawing = new StorefrontPages({
    page: storefrontPage,
    catalogue,
    tenant: "shop",
    clock: systemClock,
  });
  const gateway = await TestGateway.start({ assets, catalogue, drawing });
  try {
    for (const javaScriptEnabled of [true, false]) {
      const page = javaScriptEnabled ? await shop.visit() : await shop.read();
      for (const [index, title] of HOSTILE.entries()) {
        await page.goto(`${gateway.origin}/?product=P${index}`);
        expect(await page.locator("#product-title").textContent()).toBe(title);
        expect(await page.locator(".card-open").allTextContents()).toEqual(HOSTILE);
        expect(await page.title()).toBe(`${title} — ${HOSTILE_NAME}`);
        expect(await page.locator(".brand").innerText()).toBe(HOSTILE_NAME);
        expect(await page.locator("img").count()).toBe(0);
        const data = JSON.parse(
          (await page.locator("script[type='application/ld+json']").textContent()) ?? "",
        );
        expect(data).toMatchObject({
          "@type": "Product",
          name: title,
          offers: { price: "10.50", seller: { name: HOSTILE_NAME } },
        });
      }
      // Before the shop that it looks for goes.
      await page.close();
    }
  } finally {
    await gateway.stop();
  }
});
