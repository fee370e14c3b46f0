import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const LAMP = "Glow Lamp, Midnight";

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

test("a row of several units tells the price of one", async () => {
  const page = await visitWithLamp();
  expect(await page.locator(".row .fine").count()).toBe(0);
  await page.getByRole("button", { name: "One more" }).click();
  await page.locator(".row .fine", { hasText: /^2 × £59\.00$/ }).waitFor();
});
