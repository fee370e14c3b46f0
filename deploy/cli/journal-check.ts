import { shopDeciders } from "../../actors/shop.ts";
import { checkJournal, type CheckReport } from "../../persistence/inspection/check-journal.ts";
import { ConfigError } from "../config.ts";
import { openJournalDatabase } from "./journal-database.ts";
import type { JournalCheckOptions } from "./journal.ts";
import { journalCheckText } from "./journal-check-text.ts";
import { progress, type Progress } from "./progress.ts";
import { databaseLine, type ShopDatabase } from "./shop-database.ts";

/** Checks the shop's journal, prints the report, and sets the exit code: 1 when anything is not as it was written. */
export async function checkShopJournal(options: JournalCheckOptions): Promise<void> {
  const shopDatabase = await openJournalDatabase(options.data);
  try {
    const shard =
      options.shard === undefined ? undefined : shardNumber(options.shard, shopDatabase.shardCount);
    if (options.json !== true) process.stdout.write(databaseLine(shopDatabase));
    const report = await checkDatabase(shopDatabase, shard);
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : journalCheckText(report)}\n`);
    process.exitCode = report.findings === 0 ? 0 : 1;
  } finally {
    await shopDatabase.close();
  }
}

/** Checks the journal of an open database, or one shard of it. */
export async function checkDatabase(
  { database, shardCount }: Pick<ShopDatabase, "database" | "shardCount">,
  shard?: number,
): Promise<CheckReport> {
  let segments: Progress | undefined;
  let snapshots: Progress | undefined;
  try {
    return await checkJournal(database, {
      shardCount,
      versions: new Map(shopDeciders.map(({ kind, version }) => [kind, version])),
      ...(shard === undefined ? {} : { shard }),
      segmentsProgress: (looked, total) => (segments ??= progress("checking segments", total)).update(looked),
      snapshotsProgress(looked) {
        segments?.finish();
        segments = undefined;
        (snapshots ??= progress("checking snapshots")).update(looked);
      },
    });
  } finally {
    // Before the verdict, which is the last thing to read.
    segments?.finish();
    snapshots?.finish();
  }
}

/** @throws {ConfigError} when the database has no such shard. */
function shardNumber(text: string, shardCount: number): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < shardCount) return Number(text);
  throw new ConfigError(`--shard must be a whole number from 0 to ${shardCount - 1}; it is ${text}`);
}
