import type { RowChange, Scalar } from "../../engine/contract/row-change.ts";
import { MODELS } from "./columns.ts";
import type { ModelColumns, ModelName } from "./columns.ts";

/** All changes to one row: columns that take a value or grow by one, beside `tenant` and `id`. */
export type MergedRow = Record<string, unknown> & { readonly tenant: string; readonly id: string };

/** The merged rows of each read model. */
export type MergedRows = Readonly<Record<ModelName, readonly MergedRow[]>>;

/**
 * Merges the changes so that each row occurs once: the last value of a column counts, and counts are summed up.
 * @throws for a read model or a column that does not exist.
 */
export function mergeRowChanges(changes: readonly RowChange[]): MergedRows {
  const merged = { stock: new Map<string, MergedRow>(), orders: new Map<string, MergedRow>() };
  for (const change of changes) {
    if (!isModel(change.model)) throw new Error(`there is no read model "${change.model}"`);
    const rows = merged[change.model];
    const key = `${change.tenant}/${change.id}`;
    let row = rows.get(key);
    if (row === undefined) rows.set(key, (row = { tenant: change.tenant, id: change.id }));
    mergeInto(row, change, MODELS[change.model]);
  }
  return { stock: [...merged.stock.values()], orders: [...merged.orders.values()] };
}

function mergeInto(row: Record<string, unknown>, change: RowChange, columns: ModelColumns): void {
  for (const [column, value] of Object.entries(change.set ?? {})) {
    if (!columns.set.has(column)) throw missing(change.model, column, "set");
    row[column] = columns.json.has(column) ? parseJson(value) : storable(value);
  }
  for (const [column, difference] of Object.entries(change.add ?? {})) {
    if (!columns.add.has(column)) throw missing(change.model, column, "add to");
    row[column] = Number(row[column] ?? 0) + difference;
  }
}

function isModel(name: string): name is ModelName {
  return Object.hasOwn(MODELS, name);
}

// In JSON only an escape can stand for a NUL, and nearly no text has one: looking into each part takes nine times as long.
function parseJson(value: Scalar): unknown {
  if (typeof value !== "string") return value;
  if (!value.includes("\\u") && value.isWellFormed()) return JSON.parse(value);
  return JSON.parse(value, (_field, part: unknown) => storable(part));
}

// Postgres takes neither NUL nor half characters in text. One such letter must not stop the projection for ever.
function storable(value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;
}

function missing(model: string, column: string, verb: string): Error {
  return new Error(`read model "${model}" has no column "${column}" to ${verb}`);
}
