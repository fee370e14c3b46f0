import { shopDeciders } from "../../actors/shop.ts";
import { readModels } from "../../bench/verify/checks/read-models.ts";
import { readModelSnapshot } from "../../bench/verify/read-model-snapshot.ts";
import { journalChecks, verifyJournal } from "../../bench/verify/verify-journal.ts";
import type { VerifyReport } from "../../bench/verify/verify-report.ts";
import { verifyText } from "../../bench/verify/verify-text.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { progress, type Progress } from "./progress.ts";
import { databaseLine, openShopDatabase, type ShopDatabase } from "./shop-database.ts";
import type { VerifyOptions } from "./verify.ts";

/** Verifies the shop's journal, prints the report, and sets the exit code: 1 when a promise is broken. */
export async function verifyShop(options: VerifyOptions): Promise<void> {
  const shopDatabase = await openShopDatabase(options.data);
  try {
    if (options.json !== true) process.stdout.write(databaseLine(shopDatabase));
    const report = await verifyDatabase(shopDatabase);
    process.stdout.write(`${options.json === true ? JSON.stringify(report) : verifyText(report)}\n`);
    process.exitCode = report.violations === 0 ? 0 : 1;
  } finally {
    await shopDatabase.close();
  }
}

/** Verifies the journal of an open database. */
export async function verifyDatabase(
  shopDatabase: Pick<ShopDatabase, "database" | "shardCount">,
): Promise<VerifyReport> {
  const journal = postgresJournal(shopDatabase.database);
  let shown: Progress | undefined;
  try {
    const snapshot = await readModelSnapshot(shopDatabase.database);
    return await verifyJournal(journal, {
      deciders: shopDeciders,
      checks: [...journalChecks, readModels(snapshot, shopDeciders)],
      shardCount: shopDatabase.shardCount,
      progress: (read, total) => (shown ??= progress("verifying segments", total)).update(read),
    });
  } finally {
    shown?.finish();
    await journal.close();
  }
}
