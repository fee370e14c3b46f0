import { ProjectionMoved } from "../../engine/ports/read-models.ts";
import type { ReadModels } from "../../engine/ports/read-models.ts";
import { MODELS } from "../read-models/columns.ts";
import type { ModelName } from "../read-models/columns.ts";
import { KnownPositions } from "../read-models/known-positions.ts";
import { mergeRowChanges } from "../read-models/row-merge.ts";
import type { MergedRow } from "../read-models/row-merge.ts";

/** One row of a read model in memory: `tenant`, `id` and the columns that changes have touched. */
export type MemoryRow = Readonly<Record<string, unknown>>;

/** What several {@link memoryReadModels} can share, as projections share a database. */
export interface MemoryTables {
  readonly positions: Map<number, number>;
  readonly rows: Readonly<Record<ModelName, Map<string, Record<string, unknown>>>>;
}

/** Empty tables. */
export function memoryTables(): MemoryTables {
  return { positions: new Map(), rows: { stock: new Map(), orders: new Map() } };
}

/** Read models in memory, with the rows for whoever wants to look at them. */
export function memoryReadModels(
  tables: MemoryTables = memoryTables(),
): ReadModels & { rows(model: ModelName): readonly MemoryRow[] } {
  const known = new KnownPositions();
  return {
    async positions() {
      const positions = [...tables.positions].map(([shard, seq]) => ({ shard, seq }));
      known.learn(positions);
      return positions.sort((left, right) => left.shard - right.shard);
    },

    async apply(changes, positions) {
      const steps = known.stepsTo(positions);
      const merged = mergeRowChanges(changes);
      if (steps.some(({ shard, oldSeq }) => (tables.positions.get(shard) ?? 0) !== oldSeq)) {
        known.forget();
        throw new ProjectionMoved("another projection has moved a shard on");
      }
      for (const { shard, newSeq } of steps) tables.positions.set(shard, newSeq);
      for (const row of merged.stock) applyRow(tables, "stock", row);
      for (const row of merged.orders) applyRow(tables, "orders", row);
      known.advance(steps);
    },

    async clear() {
      known.forget();
      tables.positions.clear();
      tables.rows.stock.clear();
      tables.rows.orders.clear();
    },

    rows: (model) => [...tables.rows[model].values()],

    close: () => Promise.resolve(),
  };
}

function applyRow(tables: MemoryTables, model: ModelName, change: MergedRow): void {
  const rows = tables.rows[model];
  const key = `${change.tenant}/${change.id}`;
  let row = rows.get(key);
  if (row === undefined) rows.set(key, (row = {}));
  for (const [column, value] of Object.entries(change))
    row[column] = MODELS[model].add.has(column) ? Number(row[column] ?? 0) + Number(value) : value;
}
