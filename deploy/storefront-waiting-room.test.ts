import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { mintOperatorToken } from "../gateway/auth/operator-token.ts";
import { StampedeClient } from "../gateway/client/client.ts";
import type { Operation, Operations, QueueTerms } from "../gateway/protocol/messages.ts";
import type { CatalogueEntryView } from "../gateway/protocol/views.ts";
import { eventually } from "../persistence/testing/condition.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const SALE = "midnight";
const KETTLE = "KIT-SWAN-KETTLE";
const NAME = "Swan Pour-over Kettle";
const AT_ONCE = 6_000_000;
const HOUR_MS = 3_600_000;

let operator: StampedeClient;

/** What an operator does; the shop takes it. */
async function operate<Op extends Operation>(op: Op, values: Operations[Op]): Promise<void> {
  const result = await operator.command(op, values);
  if (!result.ok) throw new Error(result.problem.detail);
}

const loadedMs = Date.now();
const startsLater = loadedMs + HOUR_MS;
const terms: QueueTerms = {
  opensAtMs: 0,
  startsAtMs: startsLater,
  endsAtMs: startsLater + HOUR_MS,
  admitPerMinute: 0,
  admissionMs: HOUR_MS,
};

/** Starts the queue, if that has not been, and lets people in at this rate. */
async function admit(admitPerMinute: number): Promise<void> {
  await operate("queue.open", { sale: SALE, terms: { ...terms, startsAtMs: loadedMs, admitPerMinute } });
}

beforeAll(async () => {
  const secret = readFileSync(join(shop.dataDirectory, "secret"), "utf8").trim();
  const token = await mintOperatorToken(secret, { tenant: "shop", nowMs: Date.now() });
  operator = await StampedeClient.connect({ url: shop.url, token });
  await operate("queue.open", { sale: SALE, terms });
  const { startsAtMs, endsAtMs } = terms;
  const sale = { id: SALE, title: "Midnight kettles", unitPriceMinor: 4_900, startsAtMs, endsAtMs };
  await operate("sale.set", {
    sku: KETTLE,
    sale: { ...sale, limitPerCustomer: null, waitingRoom: true },
  });
  // Pages are drawn from what queries know, which is a moment behind.
  await eventually("the catalogue tells of the waiting room", async () => {
    const entry = (await (await fetch(`${shop.url}v1/catalogue/${KETTLE}`)).json()) as CatalogueEntryView;
    return entry.sale?.waitingRoom === true;
  });
});

afterAll(() => operator.close());

const panel = (page: Page): Locator => page.locator(".product-dialog .queue");
const title = (page: Page, text: string | RegExp): Promise<void> =>
  panel(page).locator("h3", { hasText: text }).waitFor();
const button = (page: Page, name: string): Locator => panel(page).getByRole("button", { name });

/** Somebody who looks at the product. */
async function visitKettle(width?: number): Promise<Page> {
  const page = await shop.visit(width);
  await page.goto(`${shop.url}?product=${KETTLE}`);
  return page;
}

test("without JavaScript a sale with a waiting room says that this needs it, on its card and its page", async () => {
  const page = await shop.read();
  await page.goto(`${shop.url}?q=kettle`);
  await page.getByRole("link", { name: `Waiting room: ${NAME}` }).click();
  await panel(page).getByText("This sale has a waiting room, which needs JavaScript").waitFor();
  expect(await page.locator("button:visible").allTextContents()).toEqual(["Search"]);
});

test("whoever joins before the start has a place after it, over a reload and in all tabs, and buys when let in", async () => {
  const page = await visitKettle();
  await title(page, "This sale has a waiting room");
  await page.getByRole("timer", { name: /^Starts in/ }).waitFor();
  expect(await panel(page).getByRole("button", { name: "Add to cart" }).count()).toBe(0);
  await button(page, "Join the queue").focus();
  await page.keyboard.press("Enter");
  await title(page, "You are in the queue");
  // The button is gone: whoever listens goes on at what has come of it.
  await page.locator("#queue-title:focus").waitFor();
  await page.getByRole("status").getByText("Places are drawn among all").waitFor();

  const tab = await page.context().newPage();
  await tab.goto(shop.url);
  await tab.locator(".queue-bar", { hasText: `${NAME} You are in the queue` }).waitFor();
  await page.reload();
  await title(page, "You are in the queue");

  await admit(0);
  await panel(page).getByText("Nobody is let in at the moment. Your place stays yours.").waitFor();
  await admit(AT_ONCE);
  await title(page, "It is your turn");
  await page.getByRole("status").getByText("It is your turn").waitFor();
  await panel(page).getByRole("timer", { name: "" }).first().waitFor();
  await tab.locator(".queue-bar", { hasText: "It is your turn" }).click();
  // Whoever looks at another tab sees it, too.
  expect(await tab.title()).toBe("It is your turn — Stampede");
  await button(tab, `Add to cart: ${NAME}`).click();
  await button(tab, `Add another ${NAME} to cart, 1 in cart`).waitFor();
  await tab.getByRole("button", { name: "Go to cart" }).click();
  // More units need the place, too.
  await tab.getByRole("button", { name: "One more" }).click();
  await tab.locator(".row[aria-busy=false] output", { hasText: "2" }).waitFor();
});

test("whoever has let the time to buy pass is told, can join again, and needs not be told for ever", async () => {
  await admit(AT_ONCE);
  const page = await shop.visit();
  // What lasts an hour is over at once for this page.
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) =>
      socket.send(String(message).replaceAll(/"admissionMs":\d+/g, '"admissionMs":1')),
    );
  });
  await page.goto(`${shop.url}?product=${KETTLE}`);
  await button(page, "Join the queue").click();
  await title(page, "Your time to buy is over");
  await button(page, "Join again").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  // The dialog gives the focus back when it has closed.
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Dismiss: ${NAME}` }).press("Enter");
  await page.locator("#main:focus").waitFor();
  expect(await page.locator(".queue-bar").count()).toBe(0);
});

test("a browser that keeps nothing has its place in its tab, on the smallest phone, and hears at once of a pause and of the end of the stock", async () => {
  await admit(1);
  const page = await shop.visit(320, 640);
  await page.addInitScript(`for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied.", "SecurityError"); } });
  }`);
  await page.goto(`${shop.url}?product=${KETTLE}`);
  await button(page, "Join the queue").click();
  await title(page, /^Place |^You are next$|^It is your turn$/);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  await operate("selling.pause", { sku: KETTLE, reason: "test" });
  await title(page, "Selling is paused");
  await operate("selling.resume", { sku: KETTLE });
  await title(page, /^Place |^You are next$|^It is your turn$/);
  const stock = Number((await page.locator(".product-dialog .stock-text").textContent())?.match(/\d+/)?.[0]);
  await operate("stock.adjust", { sku: KETTLE, quantity: -stock, reason: "test" });
  await title(page, "Sold out");
  await page.getByRole("status").getByText("Sold out").waitFor();
  await panel(page).getByRole("navigation", { name: "What else there is" }).getByRole("link").first().click();
  await page.locator("#product-title", { hasText: NAME }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Close" }).click();
  await page.locator(".queue-bar", { hasText: "Sold out" }).waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
});
