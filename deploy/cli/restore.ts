import type { Command } from "commander";
import { addDataOption } from "./data-option.ts";

/** What `stampede restore` takes beside its file. */
export interface RestoreShopOptions {
  readonly data: string;
  readonly dryRun?: boolean;
  readonly verify: boolean;
  readonly json?: boolean;
}

/** Adds `stampede restore`. */
export function registerRestore(program: Command): void {
  addDataOption(
    program
      .command("restore")
      .description("Make a shop from its backup, in an empty directory or an empty database.")
      .argument("<file>", "what stampede backup has written"),
    "directory for the shop's data, which is missing or empty",
  )
    .option("--dry-run", "only look whether it could be done")
    .option("--no-verify", "leave out what stampede verify and stampede journal check would say of the shop")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Restores into --data, or into the database of DATABASE_URL. Files named secret and admin-token may be there already: put those of
the shop there, so that shoppers keep their sessions. All of the backup is read first; then the shop is there whole, or nothing is.
A backup of an older release is brought up to date.

End every process of the old shop before. One that is forgotten can neither append to the restored shop nor take its shards: it
begins numbers of its own.

A restored shop tells no other systems: its endpoints of webhooks are paused, since it may be a copy beside the shop. Where it is the shop,
stampede webhooks resume ENDPOINT, or --all, has them go on from where the backup was.

Ends with 0; with 1 when it could not be done; with 3 when the shop is restored, and not all checks hold or
they could not be made; with 6 when the backup, or what is there already, speaks against it. With 1 and 6 nothing was changed.

Examples: stampede restore stampede-2026-01-31T18-00-00Z.backup --dry-run
          stampede restore stampede-2026-01-31T18-00-00Z.backup --data restored`,
    )
    .action(async (file: string, options: RestoreShopOptions) => {
      const { restoreShop } = await import("./restore-shop.ts");
      await restoreShop(file, options);
    });
}
