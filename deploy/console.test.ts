import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { runStampede } from "../bench/crash/shop-process.ts";
import { AdminRig, RIG_TOKEN } from "./admin/testing/admin-rig.ts";
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

/** The dialog of what is about to be done. */
function dialogOf(page: Page): Locator {
  return page.getByRole("dialog");
}

test("selling is paused and resumed by keyboard: what, why and who, then what would happen, then once", async () => {
  const page = await operator();
  const product = page.locator(".product", { hasText: SALE });
  const dialog = dialogOf(page);
  const left = (await product.locator("dd").first().textContent()) ?? "";
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(new URL(request.url()).pathname);
  });
  await page.getByRole("button", { name: `Pause selling ${SALE}` }).focus();
  await page.keyboard.press("Enter");
  await dialog.getByLabel("Why").fill("wrong price");
  expect(await dialog.getByRole("button", { name: "Look what happens" }).isDisabled()).toBe(true);
  await dialog.getByLabel("Your name").fill("Anna");
  await page.keyboard.press("Enter");
  await dialog.getByRole("status").getByText("1 product would be paused.").waitFor();
  await dialog.getByText(`${left} units left of all of these, 0 units in carts.`).waitFor();
  expect(await product.locator(".paused").count()).toBe(0);
  const confirm = dialog.getByRole("button", { name: "Pause 1 product" });
  // Faster than any page is drawn.
  await confirm.evaluate((button: { click(): void }) => [button, button].forEach((each) => each.click()));
  await dialog.getByRole("status").getByText("1 product is paused now.").waitFor();
  await product.getByText(/^Paused since \d\d:\d\d:\d\d: wrong price$/).waitFor();
  expect(sent).toEqual(["/v1/selling/plan", "/v1/selling"]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator(`:focus[aria-label='Resume selling ${SALE}']`).waitFor();
  // The tab knows who asks, so that it is looked at once.
  await page.getByRole("button", { name: `Resume selling ${SALE}` }).click();
  await dialog.getByText(/paused since .* \("wrong price"\) -> on sale$/).waitFor();
  await dialog.getByRole("button", { name: "Sell 1 product again" }).click();
  await dialog.getByText("1 product is sold again now.").waitFor();
  await product.locator(".estimate").waitFor();
});

test("on a phone the whole shop is paused; an answer that is lost is not taken for one", async () => {
  const page = await operator(360, 740);
  const dialog = dialogOf(page);
  await page.getByRole("button", { name: "Pause selling…", exact: true }).click();
  await dialog.getByLabel(/^The whole shop \d+ products, /).check();
  await dialog.getByLabel("Why").fill("a drill");
  await dialog.getByLabel("Your name").fill("Anna");
  await dialog.getByRole("button", { name: "Look what happens" }).click();
  const confirm = dialog.getByRole("button", { name: /^Pause \d+ products$/ });
  await confirm.waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  expect(await dialog.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  for (const button of await dialog.getByRole("button").all())
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await page.route("**/v1/selling", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await confirm.click();
  await dialog.getByText("It may be done all the same").waitFor();
  visitors.takeFaults();
  await page.unroute("**/v1/selling");
  await dialog.getByRole("button", { name: "Look what is left" }).click();
  await dialog.getByText(/^Nothing to do: \d+ products are paused already\.$/).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Resume selling…", exact: true }).click();
  await dialog.getByLabel(/^The whole shop \d+ products, \d+ paused, /).check();
  await dialog.getByRole("button", { name: "Look what happens" }).click();
  await dialog.getByRole("button", { name: /^Sell \d+ products again$/ }).click();
  await dialog.getByText(/^\d+ products are sold again now\.$/).waitFor();
});

test("nodes are drained, balancing is suspended, and what is under way is cancelled, each after its plan", async () => {
  const rig = await AdminRig.start();
  try {
    const page = await visitors.open(`${rig.url}/console`);
    const dialog = dialogOf(page);
    const act = async (name: string, confirm: string | RegExp): Promise<void> => {
      await page.getByRole("button", { name }).click();
      await dialog.getByRole("button", { name: confirm }).click();
    };
    const close = (): Promise<void> => dialog.getByRole("button", { name: "Close" }).click();
    await unlock(page, RIG_TOKEN);
    await page.getByRole("button", { name: "Suspend balancing" }).click();
    await dialog.getByLabel("Your name").fill("Anna");
    await page.keyboard.press("Enter");
    await dialog.getByText("No shard moves to even loads out").waitFor();
    await dialog.getByRole("button", { name: "Suspend balancing" }).click();
    await dialog.getByText("It is in force").waitFor();
    await close();
    await page.locator(".operation", { hasText: /^suspend .*running.*Anna/ }).waitFor();
    await act("Resume balancing", "Resume balancing");
    await dialog.getByText("It is in force").waitFor();
    await close();
    // Nobody ever gets ready to serve what is moved.
    for (const { name } of rig.cluster.living)
      rig.cluster.node(name).threads.prepare = () => new Promise(() => undefined);
    await act("Drain node-b", /^Drain node-b: move \d+ shards$/);
    await dialog.getByText("Under way").waitFor();
    await dialog.getByText(/^Now running: 0 of \d+ steps$/).waitFor();
    await close();
    await act("Cancel the drain", "Cancel the drain");
    await dialog.getByText(/^Moves of operation|^Cancelled/).waitFor();
    await close();
    await page
      .locator(".operation", { hasText: /^drain .*cancelled.*0 of \d+ shards moved; shard \d+/ })
      .waitFor();
    await act("Undrain node-b", "Undrain node-b");
    await dialog.getByText("It is in force").waitFor();
    await page.close();
  } finally {
    await rig.stop();
  }
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
