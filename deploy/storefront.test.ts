import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { loadEmptyPages } from "./testing/empty-page.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const cardOf = (page: Page, sku: string) => page.locator(`.card[data-sku="${sku}"]`);
const addTo = (page: Page, title: string) =>
  page.locator(".card").getByRole("button", { name: `Add to cart: ${title}` });
const DECLINED = "The payment was declined. Nothing was charged; please try another card.";
const cartButton = (page: Page) => page.getByRole("button", { name: /^Cart, / });

/** Resolves when what was found is all that is shown: until then a click may meet what takes the place of its target. */
async function search(page: Page, words: string, sku: string): Promise<void> {
  await page.getByRole("searchbox").fill(words);
  await page.getByRole("heading", { name: `“${words}”`, exact: true }).waitFor();
  await page.getByText(/^\d+ products?$/).waitFor();
  await cardOf(page, sku).waitFor();
}

async function payWith(page: Page, card: string): Promise<void> {
  await page.getByRole("radio", { name: card }).check({ force: true });
  await page.getByRole("button", { name: /Place order/ }).click();
}

test("a visitor sees the drop with its price, stock and countdown, and can search and browse", async () => {
  const page = await shop.visit();
  const drop = page.locator(".drop");
  expect(await drop.getByRole("heading").textContent()).toBe("Halo One Headphones, Midnight");
  expect(await drop.locator(".price-now").textContent()).toBe("£149.00");
  expect(await drop.locator(".price-before").textContent()).toBe("£249.00");
  expect(await drop.locator(".stock-text").textContent()).toMatch(/^\d+ in stock$/);
  expect(await drop.getByRole("timer").getAttribute("aria-label")).toMatch(
    /^Ends in (3 days|2 days and \d+ hours)/,
  );
  await search(page, "kettle", "KIT-SWAN-KETTLE");
  await page.getByText("1 product", { exact: true }).waitFor();
  expect(page.url()).toContain("?q=kettle");
  await page.getByRole("searchbox").fill("");
  // The drop comes back and moves everything below it: whoever clicks meanwhile clicks on something else.
  await drop.waitFor();
  await page.getByRole("link", { name: "Play", exact: true }).click();
  // The kite is also among all products.
  await page.getByText("6 products", { exact: true }).waitFor();
  await cardOf(page, "PLY-DRIFT-KITE").waitFor();
  expect(await page.locator(".card").count()).toBe(6);
});

test("a shop with nothing for sale says so, and shows products as soon as there are some", async () => {
  const page = await shop.visit();
  await loadEmptyPages(page);
  await page.route("**/v1/catalogue?*", (route) => route.fulfill({ json: { entries: [], total: 0 } }));
  await page.reload();
  await page.getByText("There is nothing for sale yet.").waitFor();
  await page.getByText("No products yet", { exact: true }).waitFor();
  expect(await page.locator(".card-ghost").count()).toBe(0);
  expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["The whole shop"]);
  await page.unroute("**/v1/catalogue?*");
  await page.locator(".card").first().waitFor();
});

test("a coming sale is told with its title, price and start, on the shelf and in the dialog", async () => {
  const page = await shop.visit();
  const day = 86_400_000;
  const sale = { id: "s", title: "Black Friday", unitPriceMinor: 2_900, limitPerCustomer: null };
  const entry = {
    sku: "COMING",
    title: "Lamp",
    description: "",
    category: "",
    unitPriceMinor: 4_900,
    currency: "GBP",
    available: 5,
    sale: { ...sale, startsAtMs: Date.now() + 5 * day, endsAtMs: Date.now() + 6 * day },
  };
  await loadEmptyPages(page);
  await page.route("**/v1/catalogue?*", (route) => route.fulfill({ json: { entries: [entry], total: 1 } }));
  await page.reload();
  await cardOf(page, "COMING")
    .getByText(/^Black Friday: £29\.00 from \w{3} \d/)
    .waitFor();
  await page.locator(".card-open").click();
  await page
    .locator("dialog[open]")
    .getByText(/^Black Friday: £29\.00 from \w{3} \d/)
    .waitFor();
  await page.getByRole("timer", { name: /^Starts in/ }).waitFor();
});

test("stock that one visitor takes is gone for another at once, and comes back when it is given back", async () => {
  const [anna, ben] = [await shop.visit(), await shop.visit()];
  await search(anna, "350 ml", "OUT-FJORD-MINI");
  await search(ben, "350 ml", "OUT-FJORD-MINI");
  await cardOf(ben, "OUT-FJORD-MINI").getByText("Only 5 left").waitFor();
  await addTo(anna, "Fjord Flask, 350 ml").click();
  await cardOf(ben, "OUT-FJORD-MINI").getByText("Only 4 left").waitFor();
  await cartButton(anna).click();
  await anna.locator(".hold", { hasText: /Held for (10:00|09:5\d)/ }).waitFor();
  for (const quantity of ["2", "3", "4", "5"]) {
    await anna.getByRole("button", { name: "One more" }).click();
    await anna.locator("output", { hasText: quantity }).waitFor();
  }
  await cardOf(ben, "OUT-FJORD-MINI").getByText("Sold out").first().waitFor();
  await anna.getByRole("button", { name: "Remove Fjord Flask, 350 ml" }).click();
  await cardOf(ben, "OUT-FJORD-MINI").getByText("Only 5 left").waitFor();
});

test("more than there is is refused with how many there are", async () => {
  const [anna, ben] = [await shop.visit(), await shop.visit()];
  for (const page of [anna, ben]) {
    await search(page, "350 ml", "OUT-FJORD-MINI");
    await addTo(page, "Fjord Flask, 350 ml").click();
    await cartButton(page).click();
    await page.locator(".hold b").waitFor();
  }
  for (const quantity of ["2", "3", "4"]) {
    await anna.getByRole("button", { name: "One more" }).click();
    await anna.locator(".row[aria-busy=false] output", { hasText: quantity }).waitFor();
  }
  await anna.getByRole("button", { name: "One more" }).click();
  await anna.locator(".drawer .notice", { hasText: /^Fjord Flask, 350 ml: Only 4 left\.$/ }).waitFor();
  for (const page of [anna, ben]) await page.getByRole("button", { name: /^Remove/ }).click();
});

test("more than the limit is refused with the reason, and the cart shows what is held", async () => {
  const page = await shop.visit();
  await addTo(page, "Tide Mini Speaker").click();
  await cartButton(page).click();
  await page.getByRole("button", { name: "One more" }).click();
  await page.locator("output", { hasText: "2" }).waitFor();
  await page.locator(".hold b").waitFor();
  await page.getByRole("button", { name: "One more" }).click();
  await page.getByText(/Tide Mini Speaker: .*at most 2/).waitFor();
  expect(await page.locator("output").textContent()).toBe("2");
  expect(await page.locator(".totals-sum dd").textContent()).toBe("£98.00");
  await page.getByRole("button", { name: "Dismiss" }).focus();
  await page.keyboard.press("Enter");
  // Not lost with the button: whoever listens would have to begin at the top.
  await page.locator("#cart-title:focus").waitFor();
});

test("a hold can be extended once", async () => {
  const page = await shop.visit();
  await search(page, "daybook", "DSK-DAYBOOK");
  await addTo(page, "Daybook A5 Notebook").click();
  await cartButton(page).click();
  await page.getByRole("button", { name: "Extend the hold on Daybook A5 Notebook" }).click();
  await page.locator(".hold", { hasText: /Held for (20:00|19:5\d)/ }).waitFor();
  expect(await page.getByRole("button", { name: "Extend the hold on Daybook A5 Notebook" }).count()).toBe(0);
});

test("a declined card leaves the cart as it was, another one buys it, and the order survives a reload", async () => {
  const page = await shop.visit();
  await search(page, "grinder", "KIT-BURR-GRINDER");
  await addTo(page, "Burr Hand Grinder").click();
  await cartButton(page).click();
  await page.locator(".hold b").waitFor();
  await payWith(page, "Declined");
  await page.locator(".checkout .notice", { hasText: DECLINED }).waitFor();
  await page.locator(".drawer .row", { hasText: "Burr Hand Grinder" }).waitFor();
  await page.locator(".earlier li", { hasText: "did not go through" }).waitFor();
  await payWith(page, "Works");
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
  await page.locator(".step-done", { hasText: "Paid" }).waitFor();
  expect(await page.locator(".order-line").textContent()).toContain("1 × £74.00");
  await page.reload();
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
  expect(await page.locator(".cart-count").textContent()).toBe("0");
  await cartButton(page).click();
  await page.locator(".earlier li", { hasText: "did not go through" }).getByRole("link").click();
  await page.locator(".order .notice", { hasText: DECLINED }).waitFor();
});

test("two taps and a reload while the bank is slow make one order", async () => {
  const page = await shop.visit();
  await search(page, "kite", "PLY-DRIFT-KITE");
  await addTo(page, "Drift Kite").click();
  await cartButton(page).click();
  await page.locator(".hold b").waitFor();
  await payWith(page, "Slow");
  await page.getByRole("status").getByText("Placing your order…").waitFor();
  await page.getByRole("button", { name: "Placing your order…" }).click({ force: true });
  await page.locator(".step-current", { hasText: "Payment authorised" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
  await cartButton(page).click();
  expect(await page.locator(".earlier li").count()).toBe(1);
});

test("an order names the page, and who comes back from it is at the products", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}#order/0123456789abcdef~2`);
  await page.getByRole("heading", { name: "No order here" }).waitFor();
  expect(await page.title()).toBe("Order ABCDEF-2 — Stampede");
  await page.getByRole("link", { name: "Back to the shop" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("#main:focus .card").first().waitFor();
  expect(await page.title()).toBe("Stampede — live shop");
});

test("a press beside a product closes it, and one that began in it, such as to mark its words, does not", async () => {
  const page = await shop.visit();
  await page.locator(".card-open").first().click();
  const title = await page.locator("#product-title").boundingBox();
  await page.mouse.move((title?.x ?? 0) + 5, (title?.y ?? 0) + 5);
  await page.mouse.down();
  await page.mouse.move(5, 450);
  await page.mouse.up();
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  expect(await page.locator("#product-title").count()).toBe(1);
  await page.mouse.click(5, 450);
  await page.locator("dialog[open]").waitFor({ state: "detached" });
});

test("a link that was cut off leads to no order", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}#order/`);
  await page.getByRole("heading", { name: "No order here" }).waitFor();
});

test("a link to a page that is not there any more shows the last one", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}?page=999999999`);
  await page.getByText(/^Page (\d+) of \1$/).waitFor();
  expect(await page.locator(".card").count()).toBeGreaterThan(0);
});

test("a visitor whose browser keeps nothing can buy all the same", async () => {
  const page = await shop.visit();
  await page.addInitScript(`Object.defineProperty(window, "sessionStorage", {
    get() { throw new DOMException("Access is denied.", "SecurityError"); },
  })`);
  await page.reload();
  await search(page, "daybook", "DSK-DAYBOOK");
  await addTo(page, "Daybook A5 Notebook").click();
  await cartButton(page).click();
  await page.locator(".hold b").waitFor();
  await payWith(page, "Works");
  await page.getByRole("heading", { name: "Thank you, it’s yours." }).waitFor();
});

test("every button can be called by the words that are on it", async () => {
  const page = await shop.visit();
  const misnamed = await page.evaluate(`[...document.querySelectorAll("button[aria-label]")]
    .map((button) => [button.innerText, button.ariaLabel].map((text) => text.toLowerCase().match(/\\w+/g)?.join(" ") ?? ""))
    .filter(([seen, name]) => !name.includes(seen)).slice(0, 3)`);
  expect(misnamed).toEqual([]);
});

test("lists are told as lists", async () => {
  const page = await shop.visit();
  expect(await page.locator("ul[role], ol[role]").count()).toBe(0);
});
