import { Readable, pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { SourceError } from "./source-error.ts";
import { readUtf8Lines } from "./utf8-lines.ts";

/** One row of a table. */
export interface TableRow {
  /** Line of the file that the row starts at, from 1. */
  readonly line: number;
  /** As many cells as the header has columns, unless the row is broken. */
  readonly cells: readonly string[];
}

/** A CSV file whose header has been read. */
export interface CsvTable {
  readonly file: string;
  readonly columns: readonly string[];
  /** The rows after the header, once. */
  readonly rows: AsyncIterable<TableRow>;
}

/** The columns that a format knows. */
export interface ColumnRule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/**
 * Opens a comma-separated table, packed with gzip or not, and reads its header.
 * @throws {SourceError} here and while rows are read: unreadable, empty, not UTF-8, other separators, quotes that do not match.
 */
export async function openCsvTable(file: string): Promise<CsvTable> {
  const rows = readRows(file, separatedByCommas(file, readUtf8Lines(file)));
  const header = await rows.next();
  if (header.done === true) throw new SourceError(file, [{ detail: "the file is empty" }]);
  return { file, columns: header.value.cells.map((cell) => cell.trim()), rows };
}

/**
 * Gives the place of each column by its name.
 * @throws {SourceError} naming columns that are missing, unexpected or there twice.
 */
export function placeColumns(table: CsvTable, rule: ColumnRule): ReadonlyMap<string, number> {
  const places = new Map(table.columns.map((column, place) => [column, place]));
  const known = new Set([...rule.required, ...rule.optional]);
  const faults = [
    ...rule.required
      .filter((column) => !places.has(column))
      .map((column) => `the column ${column} is missing`),
    ...[...places.keys()]
      .filter((column) => !known.has(column))
      .map((column) => `the column ${quoted(column)} is not known`),
    ...table.columns
      .filter((column, place) => places.get(column) !== place)
      .map((column) => `the column ${quoted(column)} is there twice`),
  ];
  if (faults.length > 0) {
    throw new SourceError(
      table.file,
      faults.map((detail) => ({ line: 1, detail })),
    );
  }
  return places;
}

/** What is wrong with the number of cells of a row; undefined when nothing is. */
export function cellCountFault(table: CsvTable, row: TableRow): string | undefined {
  const { length } = row.cells;
  if (length === table.columns.length) return undefined;
  return `the row has ${length} ${length === 1 ? "field" : "fields"}, the header has ${table.columns.length}`;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Passes the text of a table on. Spreadsheets of many countries save "CSV" with semicolons, in which a price has a comma.
 * @throws {SourceError} when the header has another separator.
 */
async function* separatedByCommas(file: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  let header: string | undefined;
  for await (const lines of text) {
    header ??= lines.split("\n").find((line) => line.trim() !== "");
    const separator = header === undefined ? undefined : otherSeparator(header);
    if (separator !== undefined) {
      const detail = `the columns are separated by ${separator}: save the file with commas between them`;
      throw new SourceError(file, [{ line: 1, detail }]);
    }
    yield lines;
  }
}

function otherSeparator(header: string): string | undefined {
  const unquoted = header.replaceAll(/"[^"]*"/g, "");
  if (unquoted.includes(",")) return undefined;
  return SEPARATORS.find(([sign]) => unquoted.includes(sign))?.[1];
}

/** What may stand between columns in place of commas, and what it is called. */
const SEPARATORS = [
  [";", "semicolons"],
  ["\t", "tabs"],
] as const;

async function* readRows(file: string, text: AsyncIterable<string>): AsyncGenerator<TableRow> {
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
  // Its end or fault comes out of the parser as well, where it is awaited.
  pipeline(Readable.from(text), parser, () => undefined);
  try {
    for await (const parsed of parser as AsyncIterable<ParsedRecord>) {
      const { record, info } = parsed;
      yield { line: info.lines - lineEndsWithin(record), cells: record };
    }
  } catch (error) {
    throw describeParseFault(file, error);
  }
}

function lineEndsWithin(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) if (cell.includes("\n")) count += cell.split("\n").length - 1;
  return count;
}

function describeParseFault(file: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error["lines"] === "number" ? error["lines"] : undefined;
  const detail = CSV_FAULTS.get(error.code) ?? error.message;
  return new SourceError(file, [line === undefined ? { detail } : { line, detail }]);
}

const CSV_FAULTS: ReadonlyMap<string, string> = new Map([
  ["CSV_QUOTE_NOT_CLOSED", "the file ends within a quoted field: a quote is not closed, here or further up"],
  ["CSV_INVALID_CLOSING_QUOTE", "a quoted field goes on after its closing quote"],
  ["INVALID_OPENING_QUOTE", "a quote stands inside a field that is not quoted"],
]);

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
