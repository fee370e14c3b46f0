import { waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import type { StockFigures } from "../../bench/replay/shop-ledger.ts";
import { plainText } from "../cli/field-layout.ts";
import type { ShopOptions } from "../cli/options.ts";
import { progress } from "../cli/progress.ts";
import { TENANT } from "../config.ts";
import type { SaleProduct } from "../sale/sale-product.ts";
import { readSaleProducts } from "../sale/sale-product.ts";
import { systemClock } from "../system-clock.ts";
import { applyCatalogue } from "./apply-catalogue.ts";
import type { CatalogueItem, CatalogueSource } from "./catalogue-item.ts";
import { assertFitsKeptSales } from "./kept-sales.ts";
import { readCatalogue } from "./read-catalogue.ts";
import { connectShop } from "./shop-connection.ts";
import type { ShopConnection } from "./shop-connection.ts";

/** Options of `stampede import`. */
export interface ImportOptions extends ShopOptions {
  /** Units that every product receives in place of the file's figure. */
  readonly openingStock?: number;
}

/** What an import came to. */
export interface ImportReport {
  readonly format: CatalogueSource["format"];
  readonly rows: number;
  readonly products: number;
  /** Products that the shop did not list before. */
  readonly created: number;
  readonly updated: number;
  /** Units that the file delivers. */
  readonly stockInFile: number;
  /** Units that came in by this import; 0 when the same file was delivered before. */
  readonly stockReceived: number;
  /** Products whose sale was coming or on, and that are not in it any more: the file says so. */
  readonly salesTakenOff: readonly { readonly sku: string; readonly sale: string }[];
}

const SOCKETS = 4;
const HASH_LENGTH = 32;
const ANOTHER_DELIVERY = ": a changed file is another delivery (--opening-stock 0 leaves stock alone)";

/** Imports a catalogue file into a running shop: everything is read and checked before anything is changed. */
export async function importFile(file: string, options: ImportOptions): Promise<ImportReport> {
  const source = await readCatalogue(file);
  const { openingStock } = options;
  const items =
    openingStock === undefined
      ? source.items
      : source.items.map((item) => ({ ...item, stock: openingStock }));
  const shop = await connectShop(options, SOCKETS);
  try {
    const shown = progress("importing", items.length);
    await waitUntilCaughtUp(shop.ledger, () => shown.update(0, "waiting for the read models"));
    const before = await shop.ledger.stock();
    const listed = await readSaleProducts(shop.database, TENANT);
    assertFitsKeptSales(items, listed, systemClock.nowMs());
    await applyCatalogue({
      items,
      operators: shop.operators,
      deliveryKey: `import-${source.contentHash.slice(0, HASH_LENGTH)}-${openingStock ?? "file"}`,
      applied: (products) => shown.update(products, "products"),
    });
    await waitUntilCaughtUp(shop.ledger, (segments) =>
      shown.update(items.length, `${segments} segments to project`),
    );
    shown.finish("products");
    return {
      ...(await reportOf(source, items, before, shop)),
      salesTakenOff: await takenOffBy(items, listed, shop),
    };
  } finally {
    await shop.close();
  }
}

/** The report for people. */
export function importText(report: ImportReport): string {
  const number = (value: number): string => value.toLocaleString("en");
  const isRepeated = report.stockReceived === 0 && report.stockInFile > 0;
  // Who has only corrected a title may not have meant it.
  const isAnother = report.stockReceived > 0 && report.updated > 0;
  const stock = isRepeated
    ? "none received: this file was delivered before"
    : `${number(report.stockReceived)} ${report.stockReceived === 1 ? "unit" : "units"} received${isAnother ? ANOTHER_DELIVERY : ""}`;
  return [
    `rows      ${number(report.rows)} (${report.format})`,
    `products  ${number(report.products)}: ${number(report.created)} new, ${number(report.updated)} were there before`,
    `stock     ${stock}`,
    ...saleLines(report.salesTakenOff),
  ].join("\n");
}

const NAMES_SHOWN = 20;

function saleLines(takenOff: ImportReport["salesTakenOff"]): readonly string[] {
  if (takenOff.length === 0) return [];
  const names = takenOff.slice(0, NAMES_SHOWN).map(({ sku, sale }) => `${sku} (${plainText(sale)})`);
  const hidden = takenOff.length - names.length;
  const more = hidden === 0 ? "" : ` and ${hidden.toLocaleString("en")} more (--json has all)`;
  const counted = `${takenOff.length.toLocaleString("en")} ${takenOff.length === 1 ? "product" : "products"}`;
  return [`sales     taken off ${counted}, as the file says: ${names.join(", ")}${more}`];
}

async function takenOffBy(
  items: readonly CatalogueItem[],
  before: readonly SaleProduct[],
  { database }: ShopConnection,
): Promise<ImportReport["salesTakenOff"]> {
  const nowMs = systemClock.nowMs();
  const inFile = new Set(items.filter(({ terms }) => terms.sale !== undefined).map(({ sku }) => sku));
  const open = before.filter(({ sku, sale }) => inFile.has(sku) && sale !== null && sale.endsAtMs > nowMs);
  if (open.length === 0) return [];
  const after = new Map((await readSaleProducts(database, TENANT)).map(({ sku, sale }) => [sku, sale?.id]));
  return open.flatMap(({ sku, sale }) =>
    sale === null || after.get(sku) === sale.id ? [] : { sku, sale: sale.id },
  );
}

async function reportOf(
  source: CatalogueSource,
  items: readonly CatalogueItem[],
  before: ReadonlyMap<string, StockFigures>,
  shop: ShopConnection,
): Promise<Omit<ImportReport, "salesTakenOff">> {
  const after = await shop.ledger.stock();
  const created = items.filter(({ sku }) => !before.has(sku)).length;
  const receivedOf = (figures: StockFigures | undefined): number => figures?.received ?? 0;
  return {
    format: source.format,
    rows: source.rows,
    products: items.length,
    created,
    updated: items.length - created,
    stockInFile: items.reduce((sum, { stock }) => sum + stock, 0),
    stockReceived: items.reduce(
      (sum, { sku }) => sum + receivedOf(after.get(sku)) - receivedOf(before.get(sku)),
      0,
    ),
  };
}
