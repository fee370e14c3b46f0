import type { Command } from "commander";
import { addDataOption } from "./data-option.ts";

/** What `stampede backup` takes beside its file. */
export interface BackupShopOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** Adds `stampede backup` and `stampede backup check`. */
export function registerBackup(program: Command): void {
  const backup = addDataOption(
    program
      .command("backup")
      .description("Write all of a shop into one file, while it sells or while it is closed.")
      .argument("[file]", "a new file, or a folder for one that is named by the time"),
  )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Without a file it is made here, as stampede-2026-01-31T18-00-00Z.backup. It is there under its name once it is whole and on the
disk, for its owner alone, and never in place of another file. What a killed backup has left is removed by the next one.

Reads the shop in --data (or DATABASE_URL), and changes nothing; the shop goes on selling. The file has all that was acknowledged
before the backup began, archived or not. It does not have STAMPEDE_SECRET and STAMPEDE_ADMIN_TOKEN, or the files that hold
them: keep these elsewhere.

Ends with 0; with 1 when it could not be made, and then there is no file; with 2 when there is a file of that name, which stays as
it is, or no shop.

Examples: stampede backup /var/backups/
          stampede backup check /var/backups/stampede-2026-01-31T18-00-00Z.backup
          stampede restore /var/backups/stampede-2026-01-31T18-00-00Z.backup --data restored`,
    )
    .action(async (file: string | undefined, options: BackupShopOptions) => {
      const { backupShop } = await import("./backup-shop.ts");
      await backupShop(file, options);
    });
  backup
    .command("check")
    .configureHelp({ showGlobalOptions: false })
    .description("Read all of a backup, and say whether it is whole and sound.")
    .argument("<file>", "the backup")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Takes no database, and changes nothing. Compares every part with its checksum, and the end with all of them; what the journal
in it says is proved once it is restored.
Ends with 0 when it is whole and sound, and with 1 when it is not.

Example: stampede backup check stampede-2026-01-31T18-00-00Z.backup`,
    )
    .action(async (file: string, _options: object, command: Command) => {
      const { checkBackupFile } = await import("./check-backup-file.ts");
      await checkBackupFile(file, command.optsWithGlobals<{ readonly json?: boolean }>());
    });
}
