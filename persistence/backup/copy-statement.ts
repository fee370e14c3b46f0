import type { BackupTable } from "./backup-format.ts";

export function copyOutStatement({ name, columns }: BackupTable): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(", ")}) to stdout (format binary)`;
}

export function copyInStatement({ name, columns }: BackupTable): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(", ")}) from stdin (format binary)`;
}

/** A name as SQL takes it, whatever it is. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
