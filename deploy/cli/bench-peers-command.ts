import type { Command } from "commander";
import { addShopOptions, type ShopOptions } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `stampede bench peers` takes. */
export interface PeersOptions extends ShopOptions {
  readonly buyers: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly connections?: number;
  readonly redis: boolean;
}

// Every unit that could be sold is made before the sale, for some as a row: 4.2 million of them for a sale of this length.
const SECONDS_MAX = 120;
const WARM_UP_SECONDS_MAX = 20;

/** Adds `stampede bench peers`. */
export function registerPeers(bench: Command): void {
  addShopOptions(
    bench
      .command("peers")
      .description(
        "The same crowd buys from a running shop, from plain SQL on its Postgres, and from Redis.",
      ),
  )
    .option("--buyers <number>", "buyers at the same time", wholeNumber(1, 10_000), 200)
    .option("--rounds <number>", "sales of each that count", wholeNumber(1, 100), 3)
    .option("--seconds <number>", "time of a sale that counts", wholeNumber(1, SECONDS_MAX), 4)
    .option(
      "--warm-up <seconds>",
      "time before that which does not; the first time, four times as long",
      wholeNumber(0, WARM_UP_SECONDS_MAX),
      1,
    )
    .option(
      "--connections <number>",
      "connections to Postgres of plain SQL (default: tries 4, 16 and 64, and keeps the best)",
      wholeNumber(1, 90),
    )
    .option("--no-redis", "leave Redis out")
    .addHelpText(
      "after",
      `
One product, sold by each in turns: a unit is held, then paid for, by the same number of buyers. Plain SQL gets a database
of its own on the shop's Postgres, which is dropped at the end; Redis gets servers of its own (redis-server is looked for on
the PATH, and fetched on a Debian). Lists products of its own (bench-…) in the shop. What each of them does and does not do:
docs/peers.md.
Ends with 0, or with 1 when the shop oversold or lost an order, or went away. Ctrl-C ends it early with 130.`,
    )
    .action(async (options: PeersOptions) => {
      const { benchPeers } = await import("./bench-peers.ts");
      await benchPeers(options);
    });
}
