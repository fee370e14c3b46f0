import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { loadEmptyPages } from "./testing/empty-page.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const cartButton = (page: Page) => page.getByRole("button", { name: /^Cart, / });
const shelf = (page: Page, name: string) =>
  page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const closed = (page: Page) => page.locator("dialog[open]").waitFor({ state: "detached" });
/** Not `waitForFunction`: it evaluates within the page, which the page's security policy forbids. */
const until = (page: Page, condition: string) =>
  page.evaluate(`new Promise((done) => {
    const look = () => (${condition} ? done() : requestAnimationFrame(look));
    look();
  })`);
const TITLE = "Stampede — live shop";

test("on a phone Back closes a product, Forward opens it again, and a reload keeps it", async () => {
  const page = await shop.visit(390, 844);
  const card = page.locator(".card").nth(5);
  const sku = (await card.getAttribute("data-sku")) ?? "";
  await card.locator(".card-open").click();
  await page.locator("#product-title:focus").waitFor();
  const scrollY = await page.evaluate("scrollY");
  expect(page.url()).toBe(`${shop.url}?product=${sku}`);
  const name = await page.locator("#product-title").textContent();
  await until(page, `document.title === ${JSON.stringify(`${name} — Stampede`)}`);
  await page.goBack();
  await card.locator(".card-open:focus").waitFor();
  expect(page.url()).toBe(shop.url);
  expect(await page.title()).toBe(TITLE);
  expect(await page.evaluate("scrollY")).toBe(scrollY);
  await page.goForward();
  await page.locator("#product-title:focus").waitFor();
  await page.reload();
  await page.locator("#product-title:focus").waitFor();
  await page.goBack();
  await closed(page);
  await page.locator(".card").first().waitFor();
});

test("however a product is closed, the next Back does not open it again", async () => {
  const page = await shop.visit();
  await page.getByRole("link", { name: "Play", exact: true }).click();
  await shelf(page, "Play");
  const ways = [
    () => page.getByRole("button", { name: "Close", exact: true }).click(),
    () => page.keyboard.press("Escape"),
    () => page.mouse.click(5, 450),
  ];
  for (const close of ways) {
    await page.locator(".card-open").first().click();
    await page.locator("#product-title:focus").waitFor();
    await close();
    await closed(page);
    await page.waitForURL(`${shop.url}?category=Play`);
  }
  await page.goBack();
  await shelf(page, "The whole shop");
  expect(page.url()).toBe(shop.url);
  expect(await page.locator("dialog[open]").count()).toBe(0);
});

test("a link to a product opens it in the shop, and closing it leaves the shop's own address", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}?category=Play&product=KIT-SWAN-KETTLE`);
  await page.locator("#product-title:focus", { hasText: "Kettle" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL(`${shop.url}?category=Play`);
  await closed(page);
  await shelf(page, "Play");
});

test("a link to a product that no list shows opens it all the same", async () => {
  const page = await shop.visit();
  await loadEmptyPages(page);
  await page.route("**/v1/catalogue?*", async (route) => {
    const answer = await route.fetch();
    const { entries, total } = (await answer.json()) as { entries: { sku: string }[]; total: number };
    await route.fulfill({ json: { entries: entries.filter(({ sku }) => sku !== "KIT-SWAN-KETTLE"), total } });
  });
  await page.goto(`${shop.url}?product=KIT-SWAN-KETTLE`);
  await page.locator("#product-title:focus", { hasText: "Kettle" }).waitFor();
});

test("a link to a product that there is not shows the shop and says so once", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}?product=NO-SUCH`);
  await page.getByRole("alert").getByText("This product could not be found.").waitFor();
  await page.locator(".card").first().waitFor();
  expect(await page.getByText("This product could not be found.").count()).toBe(1);
  expect(page.url()).toBe(shop.url);
  // The browser itself reports the answer that was none.
  shop.forgiveFaults();
});

test("Back closes the cart, also one that was gone to from a product", async () => {
  const page = await shop.visit(390, 844);
  await cartButton(page).click();
  await page.locator("#cart-title:focus").waitFor();
  expect(page.url()).toBe(shop.url);
  await page.goBack();
  await page.locator(".cart-button:focus").waitFor();
  await page.locator(".card-open").first().click();
  await page.getByRole("button", { name: "Go to cart" }).click();
  await page.locator("#cart-title:focus").waitFor();
  expect(page.url()).toBe(shop.url);
  await page.goBack();
  await closed(page);
  await page.locator(".card-open:focus").waitFor();
});

test("who goes back from the order they have placed is in the shop, and not in a cart that is bought", async () => {
  const page = await shop.visit();
  await page.locator(".card").getByRole("button", { name: "Add to cart: Glow Lamp, Midnight" }).click();
  await cartButton(page).click();
  await page.locator(".hold b").waitFor();
  await page.getByRole("button", { name: /Place order/ }).click();
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
  await cartButton(page).click();
  await page.locator("#cart-title:focus").waitFor();
  await page.goBack();
  await closed(page);
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
  await page.goBack();
  await page.locator(".card").first().waitFor();
  expect(await page.locator("dialog[open]").count()).toBe(0);
  expect(await page.title()).toBe(TITLE);
});

test("Back restores the category, the page and the search, and where in the list the shopper was", async () => {
  const page = await shop.visit(390, 844);
  const box = page.getByRole("searchbox");
  await page.evaluate("scrollTo(0, 3000)");
  await until(page, "scrollY === 3000");
  await page.getByRole("link", { name: "Next" }).dispatchEvent("click");
  await page.getByText(/^Page 2 of/).waitFor();
  await page.getByText(/^\d\d products$/).waitFor();
  await page.evaluate("scrollTo(0, 1500)");
  await until(page, "scrollY === 1500");
  await page.getByRole("link", { name: "Play", exact: true }).dispatchEvent("click");
  // A list so short that nobody can be as far down in it.
  await page.getByText("6 products", { exact: true }).waitFor();
  await box.pressSequentially("kite");
  await shelf(page, "“kite” in Play");
  await page.getByText("1 product", { exact: true }).waitFor();
  await page.goBack();
  await shelf(page, "Play");
  expect(await box.inputValue()).toBe("");
  await page.goBack();
  await page.getByText(/^Page 2 of/).waitFor();
  await shelf(page, "The whole shop");
  await until(page, "scrollY === 1500");
  await page.goBack();
  await page.getByText(/^Page 1 of/).waitFor();
  await until(page, "scrollY === 3000");
  for (const name of ["The whole shop", "Play", "“kite” in Play"]) {
    await page.goForward();
    await shelf(page, name);
  }
  expect(await box.inputValue()).toBe("kite");
});

test("Back restores where the shopper was in a list that comes late", async () => {
  const page = await shop.visit(390, 844);
  await page.getByRole("link", { name: "Play", exact: true }).click();
  await page.getByText("6 products", { exact: true }).waitFor();
  await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
  const scrollY = Number(await page.evaluate("scrollY"));
  // Whoever types by way of the test's browser is scrolled to the search first.
  await page.evaluate(`{
    const box = document.querySelector("input[type=search]");
    box.value = "kite";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }`);
  await page.getByText("1 product", { exact: true }).waitFor();
  await until(page, `scrollY < ${scrollY}`);
  const { promise: drawn, resolve: answer } = Promise.withResolvers<void>();
  await page.route("**/v1/catalogue?*", async (route) => {
    await drawn;
    await route.continue();
  });
  await page.goBack();
  await page.getByText("Looking…", { exact: true }).waitFor();
  // By now the browser has scrolled as far as there is something.
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  answer();
  await page.getByText("6 products", { exact: true }).waitFor();
  await until(page, `scrollY === ${scrollY}`);
});

test("where the browser's history refuses, the shop works all the same", async () => {
  const page = await shop.visit();
  await page.addInitScript(`history.pushState = history.replaceState = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  }`);
  await page.reload();
  await page.getByRole("link", { name: "Play", exact: true }).click();
  await page.getByText("6 products", { exact: true }).waitFor();
  await page.locator(".card-open").first().click();
  await page.getByRole("button", { name: "Go to cart" }).click();
  await page.locator("#cart-title:focus").waitFor();
  await page.keyboard.press("Escape");
  await closed(page);
  await shelf(page, "Play");
  await page.evaluate("location.hash = '#order/nobody~1'");
  await page.getByRole("heading", { name: "No order here" }).waitFor();
  await page.getByRole("link", { name: "Back to the shop" }).click();
  await shelf(page, "Play");
});
