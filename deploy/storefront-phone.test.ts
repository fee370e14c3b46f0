import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { loadEmptyPages } from "./testing/empty-page.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const LOST = /Connection lost\. Stock and prices as of \d\d:\d\d:\d\d; reconnecting…/;

/** Whether something begins above the end of what lies over it at the top of the page. */
async function isCovered(page: Page, element: string, cover: string): Promise<boolean> {
  const [box, over] = await Promise.all(
    [element, cover].map((selector) => page.locator(selector).boundingBox()),
  );
  return (box?.y ?? 0) < (over?.y ?? 0) + (over?.height ?? 0);
}

test("on a phone nothing is wider than the screen and everything can be hit with a thumb", async () => {
  const page = await shop.visit(390, 844);
  await page.locator(".card").getByRole("button", { name: "Add to cart: Glow Lamp, Midnight" }).click();
  await page.getByRole("button", { name: /^Cart, / }).click();
  await page.locator(".hold b").waitFor();
  const small =
    await page.evaluate(`[...document.querySelectorAll("button, .header a, .drawer a, input:not([type=radio]), label")]
    .map((element) => [element.getAttribute("aria-label") ?? element.textContent, element.getBoundingClientRect(), element])
    .filter(([, box, element]) => box.width > 0 && (box.width < 44 || box.height < 44) && !element.matches(".card-open"))
    .map(([name, box]) => name + " " + box.width + "x" + box.height)`);
  expect(small).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
});

test("on the smallest phone the longest words break, and nothing is wider than the screen", async () => {
  const sale = { id: "s", title: "S".repeat(120), unitPriceMinor: 1, startsAtMs: 0, endsAtMs: 8.64e15 };
  const entry = {
    sku: "LONG",
    title: "W".repeat(300),
    description: "D".repeat(4_000),
    category: "C".repeat(100),
    unitPriceMinor: 100_000_000_000,
    currency: "GBP",
    available: 1_000_000,
    sale: { ...sale, limitPerCustomer: 1_000_000 },
  };
  const page = await shop.visit(320, 640);
  await loadEmptyPages(page);
  await page.route("**/v1/catalogue?*", (route) => route.fulfill({ json: { entries: [entry], total: 1 } }));
  for (const address of ["", `?q=${"x".repeat(200)}`]) {
    await page.goto(shop.url + address);
    await page.locator(".card").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  }
  await page.locator(".card-open").click();
  await page.locator("#product-title").waitFor();
  expect(await page.evaluate("document.querySelector('dialog[open]').scrollWidth")).toBe(320);
});

test("on the smallest phone the steps of an order keep their words whole", async () => {
  const page = await shop.visit(320, 640);
  await page.locator(".card").getByRole("button", { name: "Add to cart: Glow Lamp, Midnight" }).click();
  await page.getByRole("button", { name: /^Cart, / }).click();
  await page.locator(".hold b").waitFor();
  await page.getByRole("button", { name: /Place order/ }).click();
  await page.locator(".step").first().waitFor();
  const broken = await page.evaluate(`[...document.querySelectorAll(".step")]
    .map((step) => [...step.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE))
    .flatMap((text) => [...text.data.matchAll(/\\w+/g)].map(({ 0: word, index }) => {
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      return [word, range.getClientRects().length];
    }))
    .filter(([, lines]) => lines !== 1)`);
  expect(broken).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
});

test("where a product is taller than the screen, the way out of it stays in sight", async () => {
  const page = await shop.visit(640, 400);
  await page.locator(".card-open").first().click();
  await page.locator("#product-title:focus").waitFor();
  await page.locator(".product-dialog .fine").last().scrollIntoViewIfNeeded();
  const box = await page.getByRole("button", { name: "Close", exact: true }).boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
});

test("who turns a page on a phone sees where the next one begins", async () => {
  const page = await shop.visit(360, 740);
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByText(/^Page 2 of/).waitFor();
  await page.waitForFunction(
    "document.getElementById('shelf-title').getBoundingClientRect().top < innerHeight",
  );
  expect(await isCovered(page, "#shelf-title", ".header")).toBe(false);
});

test("a lost connection is told with the age of the figures, and heals by itself", async () => {
  const page = await shop.visit(320, 640);
  // A region that comes together with its words is not read out.
  expect(await page.locator(".top").getByRole("status").count()).toBe(1);
  await shop.stop();
  await page.getByText(LOST).waitFor();
  await page.evaluate("scrollTo(0, 900)");
  expect(await isCovered(page, ".header", ".banner")).toBe(false);
  // The cart covers the page, and with it what is said there.
  await page.getByRole("button", { name: /^Cart, / }).click();
  await page.locator(".drawer").getByRole("status").getByText(LOST).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  await shop.start();
  await page.locator(".live-mark-live").waitFor();
  expect(await page.locator(".banner").isVisible()).toBe(false);
  // The browser itself reports each failed attempt to connect.
  shop.forgiveFaults();
});
