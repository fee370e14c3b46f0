import { BackupDamaged } from "./backup-format.ts";
import type { BackupHeader, BackupTable, BackupTrailer, TableFigures } from "./backup-format.ts";

/** What stands in a part that is a document. */
type Document = Readonly<Record<string, unknown>>;

export function headerOf(content: Buffer): BackupHeader {
  const header = documentOf(content);
  const { migrations } = header;
  if (!Array.isArray(migrations)) throw unreadable();
  return {
    release: text(header, "release"),
    shopId: text(header, "shopId"),
    shardCount: count(header, "shardCount"),
    takenAt: text(header, "takenAt"),
    migrations: migrations.map((migration: Document) => {
      return { name: text(migration, "name"), checksum: text(migration, "checksum") };
    }),
  };
}

export function tableOf(content: Buffer): BackupTable {
  const table = documentOf(content);
  const { columns } = table;
  if (!Array.isArray(columns) || !columns.every((column) => typeof column === "string")) throw unreadable();
  return { name: text(table, "name"), columns };
}

export function tableFiguresOf(content: Buffer): TableFigures {
  return figuresOf(documentOf(content));
}

export function trailerOf(content: Buffer): BackupTrailer {
  const trailer = documentOf(content);
  const { tables } = trailer;
  if (!Array.isArray(tables)) throw unreadable();
  return {
    finishedAt: text(trailer, "finishedAt"),
    tables: tables.map((table: Document) => figuresOf(table)),
    sha256: text(trailer, "sha256"),
  };
}

function figuresOf(document: Document): TableFigures {
  return { name: text(document, "name"), rows: count(document, "rows"), bytes: count(document, "bytes") };
}

function documentOf(content: Buffer): Document {
  let document: unknown;
  try {
    document = JSON.parse(content.toString());
  } catch (error) {
    throw unreadable(error);
  }
  if (typeof document !== "object" || document === null) throw unreadable();
  return document as Document;
}

function text(document: Document, name: string): string {
  const value = document[name];
  if (typeof value !== "string") throw unreadable();
  return value;
}

function count(document: Document, name: string): number {
  const value = document[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw unreadable();
  return value;
}

function unreadable(cause?: unknown): BackupDamaged {
  return new BackupDamaged("a part of it cannot be read", cause === undefined ? {} : { cause });
}
