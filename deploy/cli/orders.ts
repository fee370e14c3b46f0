import { InvalidArgumentError, Option, type Command } from "commander";
import { ORDER_STATES, type OrderState } from "../../persistence/postgres/orders.ts";
import { KEY_LENGTH_MAX, KEY_PATTERN } from "../../gateway/protocol/bounds.ts";
import type { LINE_FORMATS } from "../orders/order-lines.ts";
import type { WantedLine } from "../orders/return-plan.ts";
import { addDataOption } from "./data-option.ts";
import { addShopOptions, type ShopOptions } from "./options.ts";
import { pastTime } from "./past-time.ts";
import { wholeNumber } from "./whole-number.ts";

/** What every command takes that reads orders. */
export interface OrdersOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** Which orders are wanted; times are milliseconds since the epoch. */
export interface OrderFilterOptions extends OrdersOptions {
  readonly since?: number;
  readonly until?: number;
  readonly state?: readonly OrderState[];
  readonly sku?: string;
  readonly customer?: string;
}

/** What `stampede orders list` takes. */
export interface OrdersListOptions extends OrderFilterOptions {
  readonly limit: number;
  readonly after?: string;
}

/** What `stampede orders export` takes beside its file. */
export interface OrdersExportOptions extends OrderFilterOptions {
  readonly format: keyof typeof LINE_FORMATS;
  readonly force?: boolean;
}

/** What `stampede orders return` takes beside its order. */
export interface OrdersReturnOptions extends ShopOptions {
  readonly line?: readonly WantedLine[];
  readonly reason: string;
  readonly key?: string;
  readonly dryRun?: boolean;
}

const LIMIT = 50;
const LIMIT_MAX = 10_000;
const READS = "Reads the database of the shop in --data (or DATABASE_URL), running or stopped.";

/** Adds `stampede orders`. */
export function registerOrders(program: Command): void {
  const orders = program.command("orders").description("Look at orders, export them, and take them back.");
  registerList(orders);
  registerShow(orders);
  registerExport(orders);
  registerReturn(orders);
}

function registerList(orders: Command): void {
  const list = orders.command("list").description("List orders, the newest first.");
  addFilterOptions(list)
    .option("--limit <number>", "at most so many", wholeNumber(1, LIMIT_MAX), LIMIT)
    .option("--after <order>", "those behind this one: the last of the page before")
    .option("--json", "print one JSON document per line, for each order")
    .addHelpText(
      "after",
      `
States: placed (not paid for yet), confirmed (sold, its money is being taken), captured (paid), refused, and by the money that went
back partly-refunded or refunded.

${READS} Changes nothing. A crowd's orders are
there some seconds late: how far behind is told on standard error. \`orders show\` is never late.

Example: stampede orders list --since 24h --state confirmed,captured --sku AUD-HALO-MIDNIGHT`,
    )
    .action(async (options: OrdersListOptions) => {
      const { listShopOrders } = await import("../orders/list-orders.ts");
      await listShopOrders(options);
    });
}

function registerShow(orders: Command): void {
  const show = orders
    .command("show")
    .description("Print one order: its lines and sums, its payment, and what happened to it.")
    .argument("<order>", "its id, CART~N, or its number as its shopper has it, such as 9C1D20-1");
  addDataOption(show)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
${READS} Changes nothing. All of it is from the journal:
nothing is late, except that a number is looked for in the tables for queries. Times are in UTC. How it was paid is not shown.
Ends with 0; with 1 when there is no such order; with 2 when several have the number (their ids are told).

Example: stampede orders show 9C1D20-1`,
    )
    .action(async (order: string, options: OrdersOptions) => {
      const { showShopOrder } = await import("../orders/show-order.ts");
      await showShopOrder(order, options);
    });
}

function registerExport(orders: Command): void {
  const command = orders
    .command("export")
    .description("Write orders to a file, one row per line of an order, the oldest first.")
    .argument("[file]", "where to; without it to standard output");
  addFilterOptions(command)
    .addOption(new Option("--format <format>", "how").choices(["csv", "ndjson"]).default("csv"))
    .option("--force", "replace the file, if it is there")
    .option("--json", "with a file: print what was written as JSON")
    .addHelpText(
      "after",
      `
CSV is that of RFC 4180 in UTF-8, with amounts as decimals. A title that a spreadsheet would calculate (= + - @) has an
apostrophe in front; NDJSON has it as it is, amounts in minor units, and times in milliseconds.
What was refused and what was returned is exported, too: \`--state confirmed,captured,partly-refunded\` is what to pack,
less the units in the column returned.

All rows are of one moment, while the shop goes on: everything from before the command was begun is there. What the tables
for queries lack then is waited for. The file has its name once it is whole; a name that says
another format (orders.xlsx) is refused.

${READS} Changes no order.

Example: stampede orders export --since 24h --state confirmed,captured orders.csv`,
    )
    .action(async (file: string | undefined, options: OrdersExportOptions) => {
      const { exportShopOrders } = await import("../orders/export-orders.ts");
      await exportShopOrders(file, options);
    });
}

function registerReturn(orders: Command): void {
  const command = orders
    .command("return")
    .description("Take units of an order back: onto the shelf, and their money to the customer.")
    .argument("<order>", "its id, CART~N, or its number as its shopper has it, such as 9C1D20-1")
    .option(
      "--line <line[:units]>",
      "a line, or some of its units; may be repeated (default: all that is left of the order)",
      wantedLine,
    )
    .requiredOption("--reason <text>", "why, as it is kept with the order")
    .option("--key <key>", "its idempotency key (default: made of order, lines and reason)", key)
    .option("--dry-run", "only say what would be refunded and restocked");
  addShopOptions(command)
    .addHelpText(
      "after",
      `
The same command again has no further effect, and the same answer; without --line it says that nothing is left. To take back
once more what was taken back before, with the same reason, give it another --key.

Works with the running shop at --url, and reads its database in --data (or DATABASE_URL); a dry run needs the database only.
Ends with 0 when the units are back and the money, too; 1 failed (the same command may be given again); 2 wrong use; 4 begun,
but not over yet; 5 the key was used for something else; 6 refused, and nothing was changed.

Example: stampede orders return 0199c2f6-7a01-7000-8000-3f5b2a9c1d20~1 --line 2:1 --reason "came broken"`,
    )
    .action(async (order: string, options: OrdersReturnOptions) => {
      const { returnShopOrder } = await import("../orders/return-order.ts");
      await returnShopOrder(order, options);
    });
}

function addFilterOptions(command: Command): Command {
  const time = pastTime(Date.now());
  return addDataOption(command)
    .option(
      "--since <time>",
      "placed then or later: 2026-01-31, 2026-01-31T18:00Z, or an age (30m, 12h, 30d)",
      time,
    )
    .option("--until <time>", "placed before", time)
    .option("--state <states>", "in one of these states, with commas between them", orderStates)
    .option("--sku <sku>", "with this product")
    .option("--customer <customer>", "of this customer, by the whole id");
}

function orderStates(text: string): readonly OrderState[] {
  return text.split(",").map((name) => {
    const state = ORDER_STATES.find((known) => known === name);
    if (state === undefined)
      throw new InvalidArgumentError(
        `It must be some of ${ORDER_STATES.join(", ")}, with commas between them.`,
      );
    return state;
  });
}

function wantedLine(text: string, before: readonly WantedLine[] = []): readonly WantedLine[] {
  const [, line, quantity] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (line === undefined)
    throw new InvalidArgumentError("It must be the number of a line, such as 2, or with units of it: 2:1.");
  const units = quantity === undefined ? undefined : Number(quantity);
  return [...before, { line: Number(line), quantity: units }];
}

function key(text: string): string {
  if (KEY_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`It must be 1 to ${KEY_LENGTH_MAX} printable ASCII characters.`);
}
