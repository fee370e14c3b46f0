const QUOTED = /[",\r\n]/;
// What spreadsheets take for the beginning of a formula, wide forms included.
const FORMULA = /^[\t\r\n ]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r]/;

/** One record of a CSV file (RFC 4180), with its line end. */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(quoted).join()}\r\n`;
}

/** A text of somebody else's that a spreadsheet shows and does not calculate: with an apostrophe in front where it would. */
export function spreadsheetText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
