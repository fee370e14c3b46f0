import { existsSync } from "node:fs";
import { join } from "node:path";
import { interruptible } from "../../bench/interruption/interruption.ts";
import { BackupDamaged } from "../../persistence/backup/backup-format.ts";
import type { CheckedBackup } from "../../persistence/backup/check-backup.ts";
import {
  assertRestorable,
  restoreBackup,
  type RestoredShop,
} from "../../persistence/backup/restore-backup.ts";
import { counted } from "../orders/counted.ts";
import { SECRET_FILE } from "../shop/data-directory.ts";
import { systemClock } from "../system-clock.ts";
import { contentDocument, contentText } from "./backup-text.ts";
import { soundBackup } from "./check-backup-file.ts";
import { checkDatabase } from "./journal-check.ts";
import { journalCheckText } from "./journal-check-text.ts";
import { PrecheckRefused } from "./precheck-refused.ts";
import { progress } from "./progress.ts";
import { restoreTarget, type RestoreTarget } from "./restore-target.ts";
import type { RestoreShopOptions } from "./restore.ts";
import { openShopDatabase } from "./shop-database.ts";
import { verifyDatabase } from "./verify-shop.ts";
import { verifyText } from "../../bench/verify/verify-text.ts";

const EXIT_PARTLY = 3;

type Checks = Awaited<ReturnType<typeof restoredChecks>>;

/**
 * Makes a shop from its backup, and prints what came of it.
 * @throws {PrecheckRefused} when the backup, or what is there already, speaks against it.
 */
export async function restoreShop(file: string, options: RestoreShopOptions): Promise<void> {
  const { dryRun: isDryRun = false } = options;
  const target = await restoreTarget(options.data);
  await target.assertEmpty();
  const backup = await restorableBackup(file);
  const restored = isDryRun
    ? undefined
    : await interruptible((signal) => restore(target, file, backup, signal));
  const checks = isDryRun || !options.verify ? undefined : await triedChecks(options.data);
  const isSound = checks === undefined || (checks.verify.violations === 0 && checks.journal.findings === 0);
  if (!isSound) process.exitCode = EXIT_PARTLY;
  const document = {
    ...contentDocument(file, backup),
    restoredTo: target.place,
    isDryRun,
    pausedEndpoints: restored?.pausedEndpoints ?? 0,
    checks: checks ?? null,
  };
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(document)}\n`
      : restoredText(target, backup, { restored, checks }),
  );
}

/** @throws {PrecheckRefused} when it is not whole and sound, or of a newer release. */
async function restorableBackup(file: string): Promise<CheckedBackup> {
  const backup = await soundBackup(file).catch((error: unknown) => {
    if (error instanceof BackupDamaged) throw new PrecheckRefused(error.message, { cause: error });
    throw error;
  });
  try {
    await assertRestorable(backup.header);
  } catch (error) {
    throw new PrecheckRefused(`${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return backup;
}

async function restore(
  target: RestoreTarget,
  file: string,
  backup: CheckedBackup,
  signal: AbortSignal,
): Promise<RestoredShop> {
  const shown = progress("restoring, MB of the backup", Math.ceil(backup.bytes / 1e6));
  try {
    return await target.restore((database) =>
      restoreBackup(database, {
        path: file,
        nowMs: systemClock.nowMs(),
        signal,
        progress: (bytes) => shown.update(Math.ceil(bytes / 1e6)),
      }),
    );
  } finally {
    shown.finish();
  }
}

/** The shop is there, whatever becomes of the checks: undefined when they could not be made, which is told then. */
async function triedChecks(dataDirectory: string): Promise<Checks | undefined> {
  try {
    return await restoredChecks(dataDirectory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`stampede: the shop is restored, and could not be checked: ${reason}\n`);
    process.exitCode = EXIT_PARTLY;
    return undefined;
  }
}

/** What `stampede verify` and `stampede journal check` find in the restored shop. */
async function restoredChecks(dataDirectory: string) {
  const shopDatabase = await openShopDatabase(dataDirectory);
  try {
    const journal = await checkDatabase(shopDatabase);
    return { journal, verify: await verifyDatabase(shopDatabase) };
  } finally {
    await shopDatabase.close();
  }
}

/** What has come of it; nothing is restored by a dry run, and checks may be left out. */
interface Restoring {
  readonly restored: RestoredShop | undefined;
  readonly checks: Checks | undefined;
}

function restoredText(
  { place, directory }: RestoreTarget,
  backup: CheckedBackup,
  { restored, checks }: Restoring,
): string {
  if (restored === undefined)
    return `nothing was changed; it would be restored to ${place}: ${contentText(backup)}\n`;
  const found = checks === undefined ? [] : [journalCheckText(checks.journal), verifyText(checks.verify), ""];
  return [
    ...found,
    `restored to ${place}: ${contentText(backup)}`,
    "",
    "Before it opens:",
    ...secretsText(directory),
    `- What was acknowledged after ${backup.header.takenAt} is not in it. Look at the payment provider for orders of that time.`,
    ...endpointsText(restored),
    directory === undefined
      ? "- Start its nodes with the DATABASE_URL that it was restored to."
      : `- Start it with: npm start -- --data ${directory}`,
    "",
  ].join("\n");
}

/** Whoever only tries a backup out has nothing to do here. */
function endpointsText({ pausedEndpoints }: RestoredShop): readonly string[] {
  if (pausedEndpoints === 0) return [];
  return [
    `- It tells no other systems: ${counted(pausedEndpoints, "endpoint")} of webhooks ${pausedEndpoints === 1 ? "is" : "are"} paused. Once it is open, and takes over, stampede webhooks`,
    "  resume ENDPOINT (or --all) has them told what has happened since the backup, and once more what they have had since.",
  ];
}

function secretsText(directory: string | undefined): readonly string[] {
  if (directory === undefined)
    return ["- Give its nodes the STAMPEDE_SECRET and STAMPEDE_ADMIN_TOKEN that the shop had."];
  if (existsSync(join(directory, SECRET_FILE))) return [];
  return [
    `- Put the shop's files secret and admin-token into ${directory}, or set STAMPEDE_SECRET and STAMPEDE_ADMIN_TOKEN:`,
    "  with another secret every shopper gets a new session, with an empty cart.",
  ];
}
