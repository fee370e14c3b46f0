import type { Command } from "commander";
import { QUANTITY_MAX } from "../../gateway/protocol/bounds.ts";
import type { ImportOptions } from "../import/import-file.ts";
import { addShopOptions } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

/** Adds `stampede import`. */
export function registerImport(program: Command): void {
  const command = program
    .command("import")
    .description("List the products of a catalogue file in a running shop, and receive their stock.")
    .argument("<file>", "CSV or JSON, packed with gzip or not")
    .option(
      "--opening-stock <units>",
      "units that every product receives, in place of the file's figures; 0 leaves stock alone",
      wholeNumber(0, QUANTITY_MAX),
    );
  addShopOptions(command)
    .addHelpText(
      "after",
      `
Files:
  CSV   columns sku, title, price, currency; optional: description, category, tax_percent, stock, and for a product
        on sale: sale_id, sale_title, sale_price, sale_starts_at, sale_ends_at, sale_limit_per_customer
  JSON  a list of products, or {"products": [...]}, with fields named like the columns
  The "Online Retail" file of invoices is known by its header: its catalogue is imported, with the stock that it sells.

The whole file is checked before anything is changed. Products that the shop has take the file's terms; their sales
stay as they are unless the file has sale_id: an empty one takes the product out of its sale, which the result tells. Where a
product would cost less than in a sale that stays, or in another currency, nothing is imported (exit code 6). A file is a
delivery: its stock is received once, however often the file is imported; a changed file is another delivery.`,
    )
    .action(async (file: string, options: ImportOptions) => {
      const { importFile, importText } = await import("../import/import-file.ts");
      const report = await importFile(file, options);
      process.stdout.write(`${options.json === true ? JSON.stringify(report) : importText(report)}\n`);
    });
}
