import type { Command } from "commander";
import { registerCompare } from "./bench-compare.ts";
import { registerPeers } from "./bench-peers-command.ts";
import { registerRun } from "./bench-run-command.ts";
import { addShopOptions, type ShopOptions } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `stampede bench flash-sale` takes. */
export interface FlashSaleOptions extends ShopOptions {
  readonly sockets: number;
  readonly skus: number;
  readonly seconds: number;
  readonly orders?: number;
  readonly stock?: number;
  readonly warmUp: number;
}

/** What `stampede bench carts` takes. */
export interface CartsOptions extends ShopOptions {
  readonly carts: number;
  readonly skus: number;
  readonly sockets: number;
  readonly quiet: number;
}

/** What `stampede bench restart` takes. */
export interface RestartOptions {
  readonly carts: number;
  readonly tailEvents: number;
  readonly lanes: number;
  readonly kills: number;
  readonly json?: boolean;
}

/** Adds `stampede bench`. */
export function registerBench(program: Command): void {
  const bench = program.command("bench").description("Measure a shop.");
  registerRun(bench);
  registerCompare(bench);
  registerFlashSale(bench);
  registerCarts(bench);
  registerRestart(bench);
  registerPeers(bench);
}

function registerRestart(bench: Command): void {
  bench
    .command("restart")
    .description("Kill a shop of its own with kill -9 and measure until it serves again.")
    .option("--carts <number>", "carts that it has stored before", wholeNumber(0, 1e8), 1_000_000)
    .option(
      "--tail-events <number>",
      "at least so many events that no checkpoint has",
      wholeNumber(0, 1e6),
      100_000,
    )
    .option("--lanes <number>", "worker threads that own shards", wholeNumber(1, 64), 1)
    .option("--kills <number>", "how often it is killed", wholeNumber(1, 100), 3)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Uses a temporary directory, which it removes. A shop that has come back checkpoints what is old: later kills may find less
to fold than the first.
Ctrl-C ends the run early: the shop and its database end, the directory is removed, and the exit code is 130.`,
    )
    .action(async (options: RestartOptions) => {
      const { benchRestart } = await import("./bench-restart.ts");
      await benchRestart(options);
    });
}

function registerCarts(bench: Command): void {
  addShopOptions(
    bench
      .command("carts")
      .description("Fill a running shop with abandoned carts and measure what they leave in its memory."),
  )
    .option("--carts <number>", "carts, each with one line and its hold", wholeNumber(1, 1e8), 1_000_000)
    .option("--skus <number>", "products they are filled with, in turns", wholeNumber(1, 100_000), 1_000)
    .option("--sockets <number>", "connections that fill them", wholeNumber(1, 1_000), 8)
    .option("--quiet <seconds>", "wait so long before memory is read again", wholeNumber(0, 3_600), 150)
    .addHelpText(
      "after",
      `
Lists products of its own (bench-…) in the shop. The shop has to run on this machine: its memory is read from the system.
Ctrl-C ends the run early and prints what was measured; before the first cart it ends with 130.`,
    )
    .action(async (options: CartsOptions) => {
      const { benchCarts } = await import("./bench-carts.ts");
      await benchCarts(options);
    });
}

function registerFlashSale(bench: Command): void {
  addShopOptions(
    bench
      .command("flash-sale")
      .description(
        "A crowd buys a few products as fast as it can; at the end its word is compared with the journal.",
      ),
  )
    .option("--sockets <number>", "shoppers, each with a connection and a cart", wholeNumber(1, 200_000), 200)
    .option("--skus <number>", "products they buy, in turns", wholeNumber(1, 10_000), 1)
    .option("--seconds <number>", "time that counts", wholeNumber(1, 86_400), 10)
    .option("--warm-up <seconds>", "time before that which does not", wholeNumber(0, 3_600), 2)
    .option(
      "--orders <number>",
      "end after this many attempts instead, all of which count",
      wholeNumber(1, 1e9),
    )
    .option("--stock <number>", "units per product (default: more than anybody buys)", wholeNumber(1, 1e9))
    .addHelpText(
      "after",
      `
Lists products of its own (bench-…) in the shop. Each shopper adds one unit to its cart, checks out, and begins again.
Ends with 0 when every acknowledged order is in the journal and nothing is oversold, else with 1; with 1 also when the shop
goes away during the run, which ends it early.
Ctrl-C ends the run early and prints what was measured; it ends with 0 or 1 as otherwise, with 130 before the first order.`,
    )
    .action(async (options: FlashSaleOptions) => {
      const { benchFlashSale } = await import("./bench-flash-sale.ts");
      await benchFlashSale(options);
    });
}
