import type { Command } from "commander";
import type { ProductChoice } from "../sale/chosen-products.ts";
import type { ChangeSaleOptions, SaleWish } from "../sale/change-sale.ts";
import type { ShowSalesOptions } from "../sale/show-sales.ts";
import { ConfigError } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { addDataOption } from "./data-option.ts";
import {
  addSaleChangeOptions,
  addSkuOption,
  categoryName,
  chosenBy,
  customerLimit,
  key,
  ofSale,
  reason,
  SALE_CHANGE_HELP,
  saleId,
  saleTitle,
  skuId,
  stockChange,
} from "./sale-options.ts";
import { addRoomOptions, registerAdmit, type RoomOptions, roomWish } from "./sale-room.ts";
import { momentOf, type SaleTime, saleTime } from "./sale-time.ts";

type WithSkus = ChangeSaleOptions & { readonly sku?: readonly string[] };

interface CreateOptions extends WithSkus, RoomOptions {
  readonly title?: string;
  readonly price?: string;
  readonly starts?: SaleTime;
  readonly ends?: SaleTime;
  readonly limit?: number | null;
  readonly category?: string;
}

/** Adds `stampede sale`. */
export function registerSale(program: Command): void {
  const sale = program.command("sale").description("Run a sale: schedule it, watch it, stop it, change it.");
  registerLooking(sale);
  registerCreate(sale);
  registerAdmit(sale);
  registerPause(sale);
  registerPrice(sale);
  registerEnd(sale);
  registerStock(sale);
}

function registerLooking(sale: Command): void {
  const json = "print the result as JSON";
  addDataOption(sale.command("list").description("List sales: their state, stock, prices and times."))
    .option("--json", json)
    .addHelpText(
      "after",
      "\nSOLD counts all units of its products that are sold, those before the sale too.\n\nExample: stampede sale list",
    )
    .action(async (options: ShowSalesOptions) => {
      const { listSales } = await import("../sale/show-sales.ts");
      await listSales(options);
    });
  addDataOption(sale.command("show").description("Show one sale with a line for each of its products."))
    .argument("<sale>", "its id", saleId)
    .option("--json", json)
    .addHelpText("after", "\nExample: stampede sale show friday")
    .action(async (id: string, options: ShowSalesOptions) => {
      const { showSale } = await import("../sale/show-sales.ts");
      await showSale(id, options);
    });
}

function registerCreate(sale: Command): void {
  const command = sale
    .command("create")
    .description(
      "Put products into a sale, scheduled or at once. Products that are in it already take what is named, and keep the rest.",
    )
    .argument("<sale>", "its id", saleId)
    .option("--title <title>", "what shoppers read (of a new sale: its id unless told)", saleTitle)
    .option(
      "--price <price>",
      "the price of one unit with tax, such as 9.90, in the products' currency; a new sale needs it",
    )
    .option("--starts <time>", "2026-11-27T18:00Z, now, or +2h from now; a new sale needs it", saleTime)
    .option("--ends <time>", "2026-11-27T20:00Z, or +2h after its start; a new sale needs it", saleTime)
    .option(
      "--limit <units>",
      "most units that one customer may hold and buy in it; none takes a limit off",
      customerLimit,
    )
    .option(
      "--category <category>",
      "all products of a category; a new sale needs it, or --sku",
      categoryName,
    );
  addSaleChangeOptions(addSkuOption(addRoomOptions(command), "a product of it; again for each further one"))
    .addHelpText(
      "after",
      help(
        "sale create friday --price 9.90 --starts 2026-11-27T18:00Z --ends +2h --limit 2 --sku MUG-BLUE --sku MUG-RED",
      ),
    )
    .action((id: string, options: CreateOptions) =>
      change({ action: "create", ...createWish(id, options) }, options),
    );
}

function createWish(id: string, options: CreateOptions) {
  const { title, price, starts, ends, limit } = options;
  if (starts !== undefined && ends !== undefined) {
    const startsAtMs = momentOf(starts, systemClock.nowMs());
    if (momentOf(ends, startsAtMs) <= startsAtMs) throw new ConfigError("--ends must be after --starts");
  }
  const room = roomWish(options);
  return { id, title, price, starts, ends, limitPerCustomer: limit, room, choice: createChoice(options) };
}

function createChoice({ sku, category }: CreateOptions): ProductChoice | undefined {
  if (sku !== undefined && category === undefined) return { type: "skus", skus: sku };
  if (category !== undefined && sku === undefined) return { type: "category", category };
  if (sku === undefined) return undefined;
  throw new ConfigError("name the products with --sku or with --category, and one of them only");
}

function registerPause(sale: Command): void {
  const which = "a product in place of a sale; again for each further one";
  const all = "every product of the shop";
  const pause = sale
    .command("pause")
    .description("Stop selling at once. What is in carts can still be paid for, and nothing comes to it.")
    .argument("[sale]", "all products of this sale", saleId)
    .requiredOption(
      "--reason <text>",
      "why, for the journal and for other operators; shoppers do not see it (required)",
      reason,
    )
    .option("--all", all);
  addSaleChangeOptions(addSkuOption(pause, which))
    .addHelpText("after", help('sale pause friday --reason "wrong price"'))
    .action(
      (id: string | undefined, options: WithSkus & { readonly all?: boolean; readonly reason: string }) =>
        change({ action: "pause", reason: options.reason, choice: chosenBy(id, options) }, options),
    );
  const resume = sale
    .command("resume")
    .description("Sell again what is paused, for whatever reason: --dry-run tells why each is.")
    .argument("[sale]", "all products of this sale", saleId)
    .option("--all", all);
  addSaleChangeOptions(addSkuOption(resume, which))
    .addHelpText("after", help("sale resume friday"))
    .action((id: string | undefined, options: WithSkus & { readonly all?: boolean }) =>
      change({ action: "resume", choice: chosenBy(id, options) }, options),
    );
}

function registerPrice(sale: Command): void {
  const command = sale
    .command("price")
    .description("Change the price of a sale. What is in carts keeps the price that it has.")
    .argument("<sale>", "its id", saleId)
    .argument("<price>", "the price of one unit with tax, such as 9.90");
  addSaleChangeOptions(addSkuOption(command, "only this product; again for each further one"))
    .addHelpText("after", help("sale price friday 8.90 --sku MUG-BLUE"))
    .action((id: string, price: string, options: WithSkus) =>
      change({ action: "price", sale: id, price, choice: ofSale(id, options.sku) }, options),
    );
}

function registerEnd(sale: Command): void {
  const command = sale
    .command("end")
    .description(
      "End a sale at once, or call it off if it has not begun. Its products cost what they usually do.",
    )
    .argument("<sale>", "its id", saleId);
  addSaleChangeOptions(addSkuOption(command, "only this product; again for each further one"))
    .addHelpText("after", help("sale end friday"))
    .action((id: string, options: WithSkus) =>
      change({ action: "end", sale: id, choice: ofSale(id, options.sku) }, options),
    );
}

function registerStock(sale: Command): void {
  const command = sale
    .command("stock")
    .description("Receive units of a product, or correct its stock with a reason.")
    .argument("<sku>", "the product", skuId)
    .argument("<change>", "+50 or -3", stockChange)
    .option(
      "--reason <text>",
      "of a correction, which fewer units always are; without one it is a delivery",
      reason,
    )
    .option(
      "--key <key>",
      "of a change that is repeated, since nobody knows whether it was done: it counts once",
      key,
    );
  addSaleChangeOptions(command)
    .addHelpText("after", help("sale stock MUG-BLUE +50"))
    .action((sku: string, quantity: number, options: ChangeSaleOptions & { readonly reason?: string }) => {
      if (quantity < 0 && options.reason === undefined)
        throw new ConfigError("--reason is missing: fewer units are a correction, and say why");
      const isRepeated = options.key !== undefined;
      return change({ action: "stock", sku, quantity, reason: options.reason, isRepeated }, options);
    });
}

async function change(wish: SaleWish, options: ChangeSaleOptions): Promise<void> {
  const { changeSale } = await import("../sale/change-sale.ts");
  await changeSale(wish, options);
}

function help(example: string): string {
  return `${SALE_CHANGE_HELP}

Example: stampede ${example}`;
}
