const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Values as blocks of different height, with the greatest one behind them. What was not measured leaves a gap. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const greatest = Math.max(0, ...values.filter((value) => value !== undefined));
  const blocks = values.map((value) => (value === undefined ? " " : blockOf(value, greatest)));
  return `${blocks.join("")}  max ${greatest.toLocaleString("en-US", { maximumFractionDigits: 1 })}`;
}

function blockOf(value: number, greatest: number): string {
  if (greatest === 0) return BLOCKS[0];
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor((value / greatest) * BLOCKS.length))] ?? BLOCKS[0];
}
