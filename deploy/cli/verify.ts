import type { Command } from "commander";
import { addDataOption } from "./data-option.ts";

/** What `stampede verify` takes. */
export interface VerifyOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** Adds `stampede verify`. */
export function registerVerify(program: Command): void {
  addDataOption(
    program
      .command("verify")
      .description("Prove from the journal that nothing was oversold, lost, charged twice or mixed up."),
  )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Reads the whole journal of the shop in --data (or DATABASE_URL), running or stopped, and changes nothing.
Ends with 0 when every promise holds, and with 1 when one is broken.`,
    )
    .action(async (options: VerifyOptions) => {
      const { verifyShop } = await import("./verify-shop.ts");
      await verifyShop(options);
    });
}
