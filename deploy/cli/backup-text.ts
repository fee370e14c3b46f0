import type { BackupHeader, BackupTrailer } from "../../persistence/backup/backup-format.ts";

/** A backup as it is told, whichever command has it. */
export interface ToldBackup {
  readonly header: BackupHeader;
  readonly trailer: BackupTrailer;
  /** Of the file. */
  readonly bytes: number;
}

/** What is in a backup, in one line. */
export function contentText({ header, trailer, bytes }: ToldBackup): string {
  const rows = trailer.tables.reduce((sum, table) => sum + table.rows, 0);
  return `${megabytes(bytes)} MB, ${rows.toLocaleString("en")} rows, the shop as of ${header.takenAt} (release ${header.release})`;
}

/** What is in a backup, for programs. */
export function contentDocument(file: string, { header, trailer, bytes }: ToldBackup): object {
  const { release, shopId, shardCount, takenAt, migrations } = header;
  const { finishedAt, tables, sha256 } = trailer;
  const lastMigration = migrations.at(-1)?.name;
  return { file, bytes, release, shopId, shardCount, takenAt, finishedAt, lastMigration, tables, sha256 };
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString("en", { maximumSignificantDigits: 3 });
}
