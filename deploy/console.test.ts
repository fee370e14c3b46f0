import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { runStampede } from "../bench/crash/shop-process.ts";
import { ShopProgram } from "./testing/shop-program.ts";
import { Visitors } from "./testing/visitors.ts";

// The first run on a fresh machine installs a browser.
const INSTALL_MS = 300_000;
const SALE = "Glow Lamp, Midnight";

setDefaultTimeout(120_000);

const shop = new ShopProgram();
let visitors: Visitors;
let consoleUrl: string;

beforeAll(async () => {
  await shop.start();
  consoleUrl = `${shop.adminUrl}/console`;
  visitors = await Visitors.launch();
}, INSTALL_MS);
afterEach(async () => expect(await visitors.leave()).toEqual([]));
afterAll(async () => {
  await visitors.close();
  await shop.remove();
});

async function unlock(page: Page, token = shop.adminToken): Promise<void> {
  await page.getByLabel("Admin token").fill(token);
  await page.getByLabel("Admin token").press("Enter");
}

async function operator(width?: number, height?: number): Promise<Page> {
  const page = await visitors.open(consoleUrl, width, height);
  await unlock(page);
  await page.getByText("All parts work.").waitFor();
  return page;
}

test("the page asks for the token once, says when it is wrong, and keeps it for this tab alone", async () => {
  const page = await visitors.open(consoleUrl);
  await unlock(page, "the-token-of-somebody-else-altogether");
  await page.getByText("That is not the token of this cluster.").waitFor();
  expect(visitors.takeFaults()).toEqual([expect.stringContaining("401")]);
  await unlock(page, "a tök€n that no header carries");
  await page.getByText("That is not the token of this cluster.").waitFor();
  await unlock(page);
  await page.getByText("All parts work.").waitFor();
  await page.reload();
  await page.getByText("All parts work.").waitFor();
  expect(page.url()).toBe(consoleUrl);
  expect(await page.evaluate("[localStorage.length, document.cookie]")).toEqual([0, ""]);
  const other = await page.context().newPage();
  await other.goto(consoleUrl);
  await other.getByLabel("Admin token").waitFor();
  await page.getByRole("button", { name: "Forget token" }).click();
  await page.getByLabel("Admin token").waitFor();
  expect(await page.evaluate("sessionStorage.length")).toBe(0);
});

test("figures move while a shopper buys", async () => {
  const page = await operator();
  const product = page.locator(".product", { hasText: SALE });
  await product.getByText("on sale until").waitFor();
  const figures = async (): Promise<readonly number[]> =>
    (await product.locator("dd").allTextContents()).map(Number);
  const [left = 0] = await figures();
  const shopper = await visitors.visit(shop.url);
  await shopper
    .locator(".card")
    .getByRole("button", { name: `Add to cart: ${SALE}` })
    .click();
  await product.locator("dd", { hasText: new RegExp(`^${left - 1}$`) }).waitFor();
  expect(await figures()).toEqual([left - 1, 1, 0]);
  expect(Number(await page.locator("[data-figure=sockets]").textContent())).toBeGreaterThan(0);
  await shopper.getByRole("button", { name: /^Cart, / }).click();
  await shopper.getByRole("button", { name: /Place order/ }).click();
  // Of one order in five seconds.
  await page.locator("[data-figure=orders]", { hasText: /^0\.\d/ }).waitFor();
  await product.locator("dl", { hasText: /carts0sold1/ }).waitFor();
  expect(await figures()).toEqual([left - 1, 0, 1]);
});

test("a product whose selling is paused says so in words, since when and why, until it is sold again", async () => {
  const page = await operator();
  const product = page.locator(".product", { hasText: SALE });
  const sku = (await product.locator("code").textContent()) ?? "";
  const change = async (...args: readonly string[]): Promise<void> => {
    const at = ["--sku", sku, "--url", shop.url, "--data", shop.dataDirectory];
    const { exitCode, stderr } = await runStampede(["sale", ...args, ...at]);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  };
  await change("pause", "--reason", "wrong <price>");
  await product.getByText(/^Paused since \d\d:\d\d:\d\d: wrong <price>$/).waitFor();
  expect(await product.locator(".estimate").count()).toBe(0);
  await change("resume");
  await product.locator(".estimate").waitFor();
  expect(await product.locator(".paused").count()).toBe(0);
});

test("on a phone nothing is wider than the screen; the shards are reached by keyboard, and told in words", async () => {
  const page = await operator(360, 740);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  expect(await page.locator(".squares .shard").count()).toBe(256);
  await page.locator("[data-shard='0']").focus();
  await page.keyboard.press("ArrowRight");
  await page.locator("[data-shard='1']:focus").waitFor();
  await page.locator(".shard-text", { hasText: /^Shard 1: shop lane 0, / }).waitFor();
  expect(await page.locator(".squares .shard[tabindex='0']").count()).toBe(1);
});

test("a lost connection is told with the age of what is shown", async () => {
  const page = await operator();
  await shop.stop();
  await page
    .getByRole("status")
    .getByText(/Connection lost: .* What is shown is of \d\d:\d\d:\d\d\. Trying again/)
    .waitFor();
  await page.getByText("Not live").waitFor();
  await page.locator(".figure").first().waitFor();
  // That nobody answers.
  visitors.takeFaults();
});
