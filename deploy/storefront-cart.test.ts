import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { loadEmptyPages } from "./testing/empty-page.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const LAMP = "Glow Lamp, Midnight";
const DECLINED = /The payment was declined/;
const UNDER_WAY = { name: "Placing your order…" };

async function openCart(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Cart, / }).click();
  await page.locator("#cart-title").waitFor();
}

/** Somebody who looks at the cart, with one product in it. */
async function visitWithLamp(width?: number, height?: number): Promise<Page> {
  const page = await shop.visit(width, height);
  await page
    .locator(".card")
    .getByRole("button", { name: `Add to cart: ${LAMP}` })
    .click();
  await openCart(page);
  await page.locator(".hold b").waitFor();
  return page;
}

/** Another tab of the same browser, at the same cart. */
async function anotherTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(shop.url);
  await tab.locator(".card").first().waitFor();
  await openCart(tab);
  await tab.locator(".row .hold b").waitFor();
  return tab;
}

async function payWith(page: Page, card: string): Promise<void> {
  await page.getByRole("radio", { name: card }).check({ force: true });
  await page.getByRole("button", { name: /Place order/ }).click();
}

/** What the shop says about tax comes to the page as if there were none. */
async function visitWithoutTax(): Promise<Page> {
  const page = await shop.visit();
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(String(message).replaceAll(/"taxMinor":\d+/g, '"taxMinor":0')));
  });
  await page.reload();
  await page.locator(".live-mark-live").waitFor();
  return page;
}

test("a cart whose part does not come says so and is tried again, and one that an old page names is that of the new page", async () => {
  const page = await shop.visit();
  let asked = 0;
  await page.route("**/buying-part*", (route) => {
    asked += 1;
    // The shop has no file of this name any more, until the page is loaded anew.
    return route.fulfill({ status: 404, body: "" });
  });
  await page.reload();
  await page.getByRole("button", { name: /^Cart, / }).click();
  await page.getByRole("status").getByText("This part of the page could not be loaded.").waitFor();
  expect(await page.locator(".live-mark-live").count()).toBe(1);
  expect(asked).toBeGreaterThan(0);
  await page.evaluate("window.isOld = true");
  const loaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Try again" }).click();
  await loaded;
  await page.unroute("**/buying-part*");
  await page.getByText("Nothing here yet.").waitFor();
  expect(await page.evaluate("window.isOld")).toBeUndefined();
  // The browser itself reports the file that was not there.
  shop.forgiveFaults();
});

test("a row of several units tells the price of one", async () => {
  const page = await visitWithLamp();
  expect(await page.locator(".row .fine").count()).toBe(0);
  await page.getByRole("button", { name: "One more" }).click();
  await page.locator(".row .fine", { hasText: /^2 × £59\.00$/ }).waitFor();
});

test("a cart that is emptied after a declined card asks for no payment, here and in another tab", async () => {
  const page = await visitWithLamp();
  await payWith(page, "Declined");
  await page.locator(".checkout .notice", { hasText: DECLINED }).waitFor();
  const tab = await anotherTab(page);
  await payWith(tab, "Declined");
  await tab.locator(".checkout .notice", { hasText: DECLINED }).waitFor();
  await page.getByRole("button", { name: `Remove ${LAMP}` }).click();
  for (const emptied of [page, tab]) {
    await emptied.locator(".empty").waitFor();
    expect(await emptied.locator(".checkout").count()).toBe(0);
    expect(await emptied.getByText(DECLINED).count()).toBe(0);
  }
});

test("while an order is being placed, another tab says so, offers no payment and changes nothing", async () => {
  const page = await visitWithLamp();
  const tab = await anotherTab(page);
  await tab.getByRole("button", { name: "One more" }).focus();
  await payWith(page, "Silent");
  await tab.getByRole("button", UNDER_WAY).waitFor();
  expect(await tab.getByRole("button", UNDER_WAY).getAttribute("aria-disabled")).toBe("true");
  await tab.getByRole("status").getByText("Placing your order…").waitFor();
  await tab.locator(".step-current").waitFor();
  expect(await tab.getByRole("radio").first().isDisabled()).toBe(true);
  expect(await tab.locator(".rows").getAttribute("inert")).not.toBeNull();
  await tab.locator("#cart-title:focus").waitFor();
  await tab.keyboard.press("Escape");
  const add = tab.locator(".card").getByRole("button", { name: `Add another ${LAMP} to cart` });
  await add.click();
  await tab.locator(".notice", { hasText: "An order is being placed from your cart" }).waitFor();
  // The bank never answers: the order ends, and the cart is as it was.
  await tab.locator(".notice").waitFor({ state: "detached" });
  await openCart(tab);
  await tab.getByRole("button", { name: /Place order/ }).waitFor();
  expect(await tab.locator(".rows").getAttribute("inert")).toBeNull();
});

test("who pays no tax is told of none, in the cart and in the order", async () => {
  const page = await visitWithoutTax();
  await page
    .locator(".card")
    .getByRole("button", { name: `Add to cart: ${LAMP}` })
    .click();
  await openCart(page);
  await page.locator(".row[aria-busy=false] .hold b").waitFor();
  await page.locator(".totals-sum").waitFor();
  expect(await page.getByText("Includes tax of").count()).toBe(0);
  await payWith(page, "Works");
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
  expect(await page.getByText("Includes tax of").count()).toBe(0);
});

test("a product without a category leaves no gap where others have theirs", async () => {
  const page = await shop.visit();
  const entry = {
    sku: "BARE",
    title: "Lamp",
    description: "",
    category: "",
    unitPriceMinor: 4_900,
    currency: "GBP",
    available: 5,
    sale: null,
  };
  const entries = [entry, { ...entry, sku: "SORTED", category: "Home" }];
  await loadEmptyPages(page);
  await page.route("**/v1/catalogue?*", (route) => route.fulfill({ json: { entries, total: 2 } }));
  await page.reload();
  await page.locator(".chips").waitFor();
  const categories = page.locator(".card-category");
  expect(await categories.evaluateAll((all) => all.map((one) => one.checkVisibility()))).toEqual([
    false,
    true,
  ]);
  await page.locator(".card-open").first().click();
  await page.locator("#product-title").waitFor();
  expect(await page.locator(".product-text .card-category").isVisible()).toBe(false);
});

test("on a phone the number of a test card is in one line with its name", async () => {
  const page = await visitWithLamp(390, 844);
  for (const width of [390, 360]) {
    await page.setViewportSize({ width, height: 844 });
    const heights = await page
      .locator(".pay-card-name")
      .evaluateAll((names) => names.map((name) => name.getBoundingClientRect().height));
    expect(new Set(heights).size).toBe(1);
  }
});
