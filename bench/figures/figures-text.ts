/** A count with its thousands apart. */
export function countText(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Milliseconds with as many digits as anybody reads; `-` when nothing was measured. */
export function msText(ms: number | undefined): string {
  if (ms === undefined) return "-";
  if (ms >= 100) return countText(ms);
  return ms.toFixed(ms >= 10 ? 1 : 2);
}

/** Seconds as minutes and seconds, such as `2:05`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Processors that were busy. */
export function loadText(load: number | null): string {
  return load === null ? "unknown" : load.toFixed(2);
}

/** Refusals by code, the most frequent first: `sold_out 12, overloaded 3`. */
export function refusalsText(byCode: Readonly<Record<string, number>>): string {
  return Object.entries(byCode)
    .toSorted(([, left], [, right]) => right - left)
    .map(([code, count]) => `${code} ${countText(count)}`)
    .join(", ");
}

/** Rows as lines: the first column to the left, all others to the right, as wide as their widest cell. */
export function alignedRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
