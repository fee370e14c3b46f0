import { archiveJournal } from "../../persistence/archive/archive-journal.ts";
import { journalArchiveText } from "./journal-archive-text.ts";
import { openJournalDatabase } from "./journal-database.ts";
import type { JournalArchiveOptions } from "./journal.ts";
import { progress, type Progress } from "./progress.ts";
import { databaseLine } from "./shop-database.ts";

/** Archives the shop's journal, prints the report, and sets the exit code: 1 when a shard could not be archived. */
export async function archiveShopJournal(options: JournalArchiveOptions): Promise<void> {
  const shopDatabase = await openJournalDatabase(options.data);
  let shown: Progress | undefined;
  try {
    if (options.json !== true) process.stdout.write(databaseLine(shopDatabase));
    const report = await archiveJournal(shopDatabase.database, {
      beforeMs: options.before,
      dryRun: options.dryRun === true,
      progress: (looked, total) => (shown ??= progress("looking at segments", total)).update(looked),
    });
    shown?.finish();
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : journalArchiveText(report)}\n`);
    process.exitCode = report.failures.length === 0 ? 0 : 1;
  } finally {
    await shopDatabase.close();
  }
}
