import { postgresLedger } from "../../bench/replay/shop-ledger.ts";
import { fieldTable, textTable } from "../cli/cluster/text-table.ts";
import { moneyText, plainText } from "../cli/field-layout.ts";
import { Output } from "../cli/output.ts";
import { openShopDatabase } from "../cli/shop-database.ts";
import { ConfigError, TENANT } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { caughtUpWithin } from "./caught-up-within.ts";
import { lookAtQueue, type QueueFigures, queueText } from "./read-queue.ts";
import type { SaleProduct } from "./sale-product.ts";
import { readSaleProducts } from "./sale-product.ts";
import type { PriceRange, SaleSummary } from "./sale-summary.ts";
import { pausedOutsideSales, stillIn, summarizeSales } from "./sale-summary.ts";
import { distanceText, momentText } from "./sale-words.ts";

/** Options of every command that looks at sales. */
export interface ShowSalesOptions {
  readonly data: string;
  readonly json?: boolean;
}

// Somebody looks, again and again: figures that are some seconds old are better than none.
const LOOK_WAITS_MS = 1_000;

/** Prints every sale. */
export async function listSales(options: ShowSalesOptions): Promise<void> {
  const products = await lookAtProducts(options.data);
  const nowMs = systemClock.nowMs();
  const sales = await withQueues(summarizeSales(products, nowMs), options.data, nowMs);
  const pausedOutside = pausedOutsideSales(products, nowMs);
  const value = { sales, pausedOutside: pausedOutside.map(({ sku }) => sku) };
  await print(options, value, () => listText(sales, pausedOutside, nowMs));
}

/**
 * Prints a sale with a line for each of its products.
 * @throws {ConfigError} when no product is in it.
 */
export async function showSale(id: string, options: ShowSalesOptions): Promise<void> {
  const products = (await lookAtProducts(options.data)).filter(({ sale }) => sale?.id === id);
  const nowMs = systemClock.nowMs();
  const [summary] = await withQueues(summarizeSales(products, nowMs), options.data, nowMs);
  if (summary === undefined)
    throw new ConfigError(`no product is in the sale ${plainText(id)}; sale list shows what there is`);
  await print(options, { summary, products }, () => saleText(summary, products, nowMs));
}

type ShownSale = SaleSummary & { readonly queue?: QueueFigures | undefined };

async function withQueues(
  sales: readonly SaleSummary[],
  dataDirectory: string,
  nowMs: number,
): Promise<readonly ShownSale[]> {
  return Promise.all(
    sales.map(async (sale): Promise<ShownSale> => {
      if (!sale.waitingRoom) return sale;
      return { ...sale, queue: await lookAtQueue(dataDirectory, sale.sale, nowMs) };
    }),
  );
}

async function lookAtProducts(dataDirectory: string): Promise<readonly SaleProduct[]> {
  const shop = await openShopDatabase(dataDirectory);
  try {
    if (!(await caughtUpWithin(postgresLedger(shop.database, TENANT), LOOK_WAITS_MS)))
      process.stderr.write("these figures are old: the read models are behind the journal\n");
    return await readSaleProducts(shop.database, TENANT);
  } finally {
    await shop.close();
  }
}

async function print({ json }: ShowSalesOptions, value: object, text: () => string): Promise<void> {
  await new Output().write(json === true ? `${JSON.stringify(value)}\n` : text());
}

function listText(sales: readonly ShownSale[], pausedOutside: readonly SaleProduct[], nowMs: number): string {
  const table =
    sales.length === 0
      ? "no product is in a sale\n"
      : textTable(
          [
            "SALE",
            "STATE",
            "PRODUCTS",
            "LEFT",
            "HELD",
            "SOLD",
            "PRICE",
            "LIMIT",
            "STARTS",
            "ENDS",
            "WAITING ROOM",
          ],
          sales.map((sale) => [
            plainText(sale.sale),
            stateText(sale),
            count(sale.products),
            count(sale.available),
            count(sale.held),
            count(sale.sold),
            pricesText(sale.prices),
            limitsText(sale.limits),
            distanceText(sale.startsAtMs, nowMs),
            distanceText(sale.endsAtMs, nowMs),
            sale.waitingRoom ? queueText(sale.queue, nowMs) : "-",
          ]),
        );
  const outside = pausedOutside.length;
  if (outside === 0) return table;
  const [first] = pausedOutside;
  const others = outside === 1 ? "" : ` and ${count(outside - 1)} more`;
  return `${table}paused outside of sales: ${first?.sku}${others}\n`;
}

function saleText(summary: ShownSale, products: readonly SaleProduct[], nowMs: number): string {
  const fields = fieldTable([
    ["sale", plainText(summary.sale)],
    ["title", plainText(summary.title)],
    ["state", stateText(summary)],
    ["starts", distanceText(summary.startsAtMs, nowMs)],
    ["ends", distanceText(summary.endsAtMs, nowMs)],
    ["limit", limitsText(summary.limits)],
    ...(summary.waitingRoom ? [["waiting room", queueText(summary.queue, nowMs)] as const] : []),
  ]);
  const going = new Set(stillIn(products, nowMs));
  const rows = products.map((product) => [
    product.sku,
    product.sale === null || !going.has(product)
      ? "ended"
      : moneyText(product.sale.unitPriceMinor, product.currency),
    moneyText(product.unitPriceMinor, product.currency),
    count(product.available),
    count(product.held),
    count(product.sold),
    product.pause === null
      ? "-"
      : `since ${momentText(product.pause.sinceMs)}: ${plainText(product.pause.reason)}`,
  ]);
  const titles = ["PRODUCT", "PRICE", "USUALLY", "LEFT", "HELD", "SOLD", "PAUSED"];
  return `${fields}\n${textTable(titles, rows)}`;
}

function stateText({ state, paused, products }: SaleSummary): string {
  const isPart = paused > 0 && state !== "paused" && state !== "over";
  return isPart ? `${state}, ${paused} of ${products} paused` : state;
}

function pricesText(prices: readonly PriceRange[]): string {
  return prices
    .map(({ currency, leastMinor, mostMinor }) => {
      const least = moneyText(leastMinor, currency);
      return leastMinor === mostMinor ? least : `${least} to ${moneyText(mostMinor, currency)}`;
    })
    .join(", ");
}

function limitsText([least, most]: SaleSummary["limits"]): string {
  if (least === null) return "none";
  if (least === most) return String(least);
  return `${least} to ${most ?? "none"}`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
