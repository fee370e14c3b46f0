import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { QUANTITY_MAX } from "../../gateway/protocol/bounds.ts";
import type { ReplayFileOptions } from "../import/replay-file.ts";
import { addShopOptions } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

const CUSTOMERS_AT_ONCE = 64;
const CUSTOMERS_AT_ONCE_MAX = 1_000;
const EXIT_MISMATCH = 1;

/** Adds `stampede replay`. */
export function registerReplay(program: Command): void {
  const command = program
    .command("replay")
    .description(
      "Play real invoices as carts, orders and returns, then compare the shop's books with the file.",
    )
    .argument("<file>", 'the "Online Retail" CSV file, packed with gzip or not')
    .option("--speed <factor>", "times faster than it happened, or max", parseSpeed, "max")
    .option(
      "--opening-stock <units>",
      "units that each product the shop lacks receives (default: as many as the file sells)",
      wholeNumber(0, QUANTITY_MAX),
    )
    .option(
      "--customers-at-once <number>",
      "customers that shop side by side",
      wholeNumber(1, CUSTOMERS_AT_ONCE_MAX),
      CUSTOMERS_AT_ONCE,
    );
  addShopOptions(command)
    .addHelpText(
      "after",
      `
The file is that of UCI as CSV, with its columns as they are, commas between them, and times such as 2010-12-01 08:26:00
(where it comes as a workbook: its sheet, saved as CSV with UTF-8).

Products that the shop lacks are imported first. Each replay is a run of its own, with its own carts and customers, so
a file can be played again. Rows that cannot be played are counted by reason. Nobody else may trade the file's products
meanwhile: stock is compared with what it was before. Ends with 1 when anything does not agree.`,
    )
    .action(async (file: string, options: ReplayFileOptions) => {
      const { replayFile } = await import("../import/replay-file.ts");
      const { replayText } = await import("../import/replay-text.ts");
      const report = await replayFile(file, options);
      process.stdout.write(`${options.json === true ? JSON.stringify(report) : replayText(report)}\n`);
      if (report.mismatches > 0) process.exitCode = EXIT_MISMATCH;
    });
}

function parseSpeed(text: string): number | "max" {
  if (text === "max") return "max";
  const speed = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (speed > 0) return speed;
  throw new InvalidArgumentError("It must be a number greater than 0, or max.");
}
