import { statSync } from "node:fs";
import { BackupDamaged } from "../../persistence/backup/backup-format.ts";
import { checkBackup, type CheckedBackup } from "../../persistence/backup/check-backup.ts";
import { contentDocument, contentText } from "./backup-text.ts";
import { progress } from "./progress.ts";

/**
 * Reads all of a backup, and prints what is in it.
 * @throws what is wrong with it.
 */
export async function checkBackupFile(file: string, options: { readonly json?: boolean }): Promise<void> {
  const checked = await soundBackup(file);
  if (options.json === true) process.stdout.write(`${JSON.stringify(contentDocument(file, checked))}\n`);
  else process.stdout.write(`${file} is whole and sound: ${contentText(checked)}\n`);
}

/**
 * Reads all of a backup, showing how far it is.
 * @throws {BackupDamaged} what is wrong with it, and its name.
 */
export async function soundBackup(file: string): Promise<CheckedBackup> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new BackupDamaged(`there is no file ${file}`);
  const megabytesTotal = Math.ceil(found.size / 1e6);
  const shown = progress("reading the backup, MB", megabytesTotal);
  try {
    return await checkBackup(file, (bytes) => shown.update(Math.ceil(bytes / 1e6)));
  } catch (error) {
    if (error instanceof BackupDamaged)
      throw new BackupDamaged(`${file} is no use: ${error.message}`, { cause: error });
    throw error;
  } finally {
    shown.finish();
  }
}
