import type { BackupHeader, BackupTrailer } from "./backup-format.ts";
import { BackupReader } from "./backup-reader.ts";

/** A backup that is whole and sound. */
export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly trailer: BackupTrailer;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Reads all of a backup file, without a database.
 * @throws {BackupDamaged} when it is not whole, not sound, or no backup.
 */
export async function checkBackup(path: string, progress: (bytes: number) => void): Promise<CheckedBackup> {
  const reader = await BackupReader.open(path);
  try {
    for await (const part of reader.parts()) {
      progress(reader.bytes);
      if (part.type === "trailer")
        return { header: reader.header, trailer: part.trailer, bytes: reader.bytes };
    }
    throw new Error("a backup without a trailer was taken for a whole one");
  } finally {
    await reader.close();
  }
}
