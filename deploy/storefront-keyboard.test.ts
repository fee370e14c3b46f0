import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { loadEmptyPages } from "./testing/empty-page.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const cartButton = (page: Page) => page.getByRole("button", { name: /^Cart, / });

/** Presses a button without giving it the focus: what happens then may as well come from the shop. */
const press = (page: Page, button: string) =>
  page.getByRole("button", { name: button }).dispatchEvent("click");

test("the shop can be used with the keyboard: dialogs take the focus, Escape gives it back", async () => {
  const page = await shop.visit();
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to the products");
  await cartButton(page).focus();
  await page.keyboard.press("Enter");
  await page.locator("#cart-title:focus").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".cart-button:focus").waitFor();
  await page.locator(".card-open").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("#product-title:focus").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".card-open:focus").waitFor();
});

test("who goes from a product to the cart and back is where they were", async () => {
  const page = await shop.visit();
  await page.locator(".card-open").first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Go to cart" }).click();
  await page.locator("#cart-title:focus").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".card-open:focus").waitFor();
});

test("whoever skips to what the page is about stays at the order they look at", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}#order/nobody~1`);
  await page.getByRole("heading", { name: "No order here" }).waitFor();
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await page.locator("#main:focus").waitFor();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("No order here");
  expect(page.url()).toEndWith("#order/nobody~1");
});

test("the focus is not lost with what goes while it is there: notices, extensions, rows and bounds", async () => {
  const page = await shop.visit();
  await page.locator(".card").getByRole("button", { name: "Add to cart: Tide Mini Speaker" }).click();
  await cartButton(page).click();
  await page.locator(".hold b").waitFor();
  await page.getByRole("button", { name: "One more" }).click();
  await page.locator("output", { hasText: "2" }).waitFor();
  await page.getByRole("button", { name: "One less" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".row[aria-busy=false] output", { hasText: "1" }).waitFor();
  expect(await page.evaluate("document.activeElement.ariaLabel")).toBe("One less");
  await page.getByRole("button", { name: "One more" }).click();
  await page.locator(".row[aria-busy=false] output", { hasText: "2" }).waitFor();
  await press(page, "One more");
  await page.getByRole("button", { name: "Dismiss" }).focus();
  await press(page, "One more");
  await page.locator("#cart-title:focus").waitFor();
  await page.getByRole("button", { name: "Extend the hold on Tide Mini Speaker" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".hold", { hasText: /Held for (20:00|19:5\d)/ }).waitFor();
  await page.locator("#cart-title:focus").waitFor();
  await page.getByRole("button", { name: "One more" }).focus();
  await press(page, "Remove Tide Mini Speaker");
  await page.locator("#cart-title:focus").waitFor();
});

test("who tries again to load the products is at the products once they are there", async () => {
  const page = await shop.visit();
  await loadEmptyPages(page);
  await page.route("**/v1/catalogue?*", (route) =>
    route.fulfill({ status: 503, headers: { "retry-after": "60" } }),
  );
  await page.reload();
  await page.getByRole("button", { name: "Try again" }).focus();
  await page.unroute("**/v1/catalogue?*");
  await page.keyboard.press("Enter");
  await page.locator("#main:focus .card").first().waitFor();
  // The browser itself reports the answer that was none.
  shop.forgiveFaults();
});
