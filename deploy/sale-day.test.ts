import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { runStampede } from "../bench/crash/shop-process.ts";
import { StampedeClient } from "../gateway/client/client.ts";
import type { CatalogueEntryView } from "../gateway/protocol/views.ts";
import { eventually } from "../persistence/testing/condition.ts";
import { visitedShop } from "./testing/visited-shop.ts";

const shop = visitedShop();
const MUG = "KIT-DAWN-MUG";
const LAMP = "DSK-ARC-LAMP";

async function sale(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runStampede(["sale", ...args, "--data", shop.dataDirectory]);
  return { exitCode, stdout, stderr };
}

async function seenOnCard(page: Page): Promise<readonly [price: string | null, stock: string | null]> {
  const card = page.locator(`.card[data-sku="${MUG}"]`);
  return [await card.locator(".price-now").textContent(), await card.locator(".stock-text").textContent()];
}

async function shopper(): Promise<StampedeClient> {
  return StampedeClient.connect({ url: shop.url });
}

test("an operator schedules a sale, stops it, lets it go on, changes its price and ends it, before everybody's eyes", async () => {
  const page = await shop.visit();
  await page.goto(`${shop.url}?q=mug`);
  const button = page.locator(`.card[data-sku="${MUG}"] .button-main`);
  const terms = `--price 9.00 --starts now --ends +2h --limit 3 --sku ${MUG} --sku ${LAMP}`.split(" ");
  const created = await sale("create", "night", "--title", "Night of mugs", ...terms);
  expect(created).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("2 products put into the sale"),
  });
  await page.locator(`.card[data-sku="${MUG}"] .price-now`, { hasText: "£9.00" }).waitFor();

  const [first, second] = await Promise.all([shopper(), shopper()]);
  expect(await first.add({ sku: MUG, quantity: 1 })).toMatchObject({
    ok: true,
    value: { unitPriceMinor: 900 },
  });

  // Tried first: nothing comes of it.
  const tried = await sale("pause", "night", "--reason", "wrong price", "--dry-run", "--json");
  expect(JSON.parse(tried.stdout)).toMatchObject({
    dryRun: true,
    changed: 0,
    products: [
      { sku: LAMP, from: null, to: { reason: "wrong price" }, result: "planned" },
      { sku: MUG, result: "planned" },
    ],
  });
  expect(await second.add({ sku: MUG, quantity: 1 })).toMatchObject({ ok: true });

  const paused = await sale("pause", "night", "--reason", "wrong price");
  expect(paused).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("2 products paused\n") });
  await button.getByText("Paused", { exact: true }).waitFor();
  expect((await seenOnCard(page))[1]).toBe("Not for sale at the moment");
  expect(await button.getAttribute("aria-disabled")).toBe("true");
  expect(await button.getAttribute("aria-label")).toMatch(/ is paused$/);
  // The read models follow.
  await eventually("the catalogue says that the lamp is paused", async () => {
    const entry = (await (await fetch(`${shop.url}v1/catalogue/${LAMP}`)).json()) as CatalogueEntryView;
    return entry.paused;
  });

  expect(await second.add({ sku: LAMP, quantity: 1 })).toMatchObject({
    ok: false,
    problem: { code: "selling_paused", detail: `${LAMP} is not sold at the moment.`, values: { sku: LAMP } },
  });
  expect(await second.changeQuantity({ line: 1, quantity: 2 })).toMatchObject({
    ok: false,
    problem: { code: "selling_paused" },
  });
  expect(await first.checkOut({ paymentToken: "tok_ok" })).toMatchObject({
    ok: true,
    value: { totalMinor: 900 },
  });
  const again = await sale("pause", "night", "--reason", "wrong price");
  expect(again).toMatchObject({ exitCode: 0, stdout: "nothing to do: 2 products need no change\n" });

  const priced = await sale("price", "night", "8.00", "--sku", MUG);
  expect(priced.stdout).toContain("9.00 GBP -> 8.00 GBP");
  expect((await sale("resume", "night")).stdout).toStartWith("2 products sold again\n");
  await button.getByText("Add to cart").waitFor();
  expect((await seenOnCard(page))[0]).toBe("£8.00");
  await button.click();
  await button.getByText("1 in cart").waitFor();

  const listed = JSON.parse((await sale("list", "--json")).stdout) as { readonly sales: readonly unknown[] };
  expect(listed.sales).toContainEqual(
    expect.objectContaining({
      sale: "night",
      title: "Night of mugs",
      state: "on",
      products: 2,
      paused: 0,
      held: 2,
      sold: 1,
      prices: [{ currency: "GBP", leastMinor: 800, mostMinor: 900 }],
      limits: [3, 3],
    }),
  );
  // Another sale is in the way, and then it is not.
  const other = ["create", "day", "--price", "7.00", "--starts", "+1h", "--ends", "+1h", "--sku", MUG];
  const inTheWay = await sale(...other, "--json");
  expect(inTheWay.exitCode).toBe(5);
  const refused = await sale(...other);
  expect([refused.exitCode, refused.stdout]).toEqual([5, ""]);
  expect(refused.stderr).toStartWith("stampede: nothing was changed:\n");
  expect(JSON.parse(inTheWay.stdout)).toMatchObject({ dryRun: false, prechecks: [{ kind: "conflict" }] });
  expect((await sale("end", "night")).stdout).toStartWith("2 products out of the sale\n");
  await page.locator(`.card[data-sku="${MUG}"] .price-now`, { hasText: "£19.00" }).waitFor();
  expect((await sale(...other)).exitCode).toBe(0);
  for (const client of [first, second]) client.close();
});
