import type { CsvTable } from "./csv-table.ts";
import { cellCountFault, openCsvTable, placeColumns } from "./csv-table.ts";
import type { RetailCells, RetailRow } from "./retail-row.ts";
import { parseRetailRow } from "./retail-row.ts";
import { FaultList, SourceError } from "./source-error.ts";

/** The columns of the "Online Retail" file, as its authors wrote them. */
const RETAIL_COLUMNS = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
] as const;

/** Tells whether a header is meant to be that of the retail file; it may still lack a column. */
export function looksLikeRetail(columns: readonly string[]): boolean {
  return columns.includes("InvoiceNo") || columns.includes("StockCode");
}

/**
 * Reads the retail file row by row.
 * @throws {SourceError} when it cannot be read; broken rows are named by line, all together at the end.
 */
export async function* readRetailFile(path: string): AsyncGenerator<RetailRow> {
  yield* readRetailTable(await openCsvTable(path));
}

/** Reads the rows of an opened retail table; see {@link readRetailFile}. */
export async function* readRetailTable(table: CsvTable): AsyncGenerator<RetailRow> {
  const places = placeColumns(table, { required: RETAIL_COLUMNS, optional: [] });
  const [invoice, stockCode, description, quantity, invoiceDate, unitPrice, customer] = RETAIL_COLUMNS.map(
    (column) => places.get(column) ?? 0,
  ) as [number, number, number, number, number, number, number, number];
  const faults = new FaultList(table.file);
  let rowCount = 0;
  for await (const row of table.rows) {
    rowCount += 1;
    const countFault = cellCountFault(table, row);
    if (countFault !== undefined) {
      faults.add(row.line, countFault);
      continue;
    }
    const cell = (place: number): string => row.cells[place] ?? "";
    const cells: RetailCells = [
      cell(invoice),
      cell(stockCode),
      cell(description),
      cell(quantity),
      cell(invoiceDate),
      cell(unitPrice),
      cell(customer),
    ];
    const parsed = parseRetailRow(row.line, cells);
    if (parsed.type === "row") yield parsed.row;
    else faults.add(row.line, parsed.detail);
  }
  faults.throwIfAny();
  if (rowCount === 0) throw new SourceError(table.file, [{ detail: "there are no rows below the header" }]);
}
