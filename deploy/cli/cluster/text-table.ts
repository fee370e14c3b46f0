const BOLD = "\u001b[1m";
const RESET = "\u001b[0m";

/** Lays rows out below their titles. Columns are as wide as their widest cell; the last one takes what it needs. */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  hasStyle = styled(process.stdout),
): string {
  const lines = columns([titles, ...rows]);
  const [head = "", ...rest] = lines;
  return `${[hasStyle ? `${BOLD}${head}${RESET}` : head, ...rest].join("\n")}\n`;
}

/** Lays names and values out, one of each per line. */
export function fieldTable(fields: readonly (readonly [name: string, value: string])[]): string {
  return `${columns(fields).join("\n")}\n`;
}

/** Whether a stream shows bold letters. */
export function styled({ isTTY }: NodeJS.WriteStream): boolean {
  return isTTY && (process.env["NO_COLOR"] ?? "") === "";
}

/** Rows as lines: all cells but the last of each are padded to their column. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.slice(0, -1).entries())
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
