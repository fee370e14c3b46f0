import { MODELS } from "./columns.ts";
import type { ModelName } from "./columns.ts";
import type { MergedRow } from "./row-merge.ts";

/** Rows that name the same columns: one array per column, all of them in the order of the rows. */
export type ColumnGroup = Readonly<Record<string, readonly unknown[]>>;

/**
 * Groups rows by the columns that they set. A count that only some rows of a group have is 0 for the others; one that none
 * has is left out.
 */
export function columnGroups(model: ModelName, rows: readonly MergedRow[]): readonly ColumnGroup[] {
  const columns = [...MODELS[model].set];
  const namedBy = (row: MergedRow): string[] => columns.filter((column) => Object.hasOwn(row, column));
  return [...Map.groupBy(rows, (row) => namedBy(row).join()).values()].map((group) => {
    const named = group[0] === undefined ? [] : namedBy(group[0]);
    return columnGroup(group, ["tenant", "id", ...named], [...MODELS[model].add]);
  });
}

function columnGroup(
  rows: readonly MergedRow[],
  named: readonly string[],
  counts: readonly string[],
): ColumnGroup {
  const counted = counts.filter((count) => rows.some((row) => Object.hasOwn(row, count)));
  return Object.fromEntries([
    ...named.map((column) => [column, rows.map((row) => row[column])] as const),
    ...counted.map((count) => [count, rows.map((row) => row[count] ?? 0)] as const),
  ]);
}
