import type { Scalar } from "../../engine/contract/row-change.ts";
import type { Database } from "../../persistence/postgres/database.ts";

/** One row of a read model by column, without its key and without columns that Postgres computes. */
export type ReadModelRow = Readonly<Record<string, Scalar>>;

/** All read models at one moment. */
export interface ReadModelSnapshot {
  /** How far the read models had followed the journal: number of the last segment by shard. */
  readonly positions: ReadonlyMap<number, number>;
  /** By {@link rowKey}; each row a {@link ReadModelRow} as JSON, which takes a fraction of its memory. */
  readonly rows: ReadonlyMap<string, string>;
}

interface SnapshotRow {
  readonly model: string;
  readonly tenant: string;
  readonly id: string;
  readonly columns: string;
}

const ROWS_PER_FETCH = 2_000;
const STATEMENT_MS_MAX = 600_000;
const POSITION = "position";

/** Names a row over all read models. */
export function rowKey(model: string, tenant: string, id: string): string {
  return `${model}/${tenant}/${id}`;
}

/** Reads positions and rows in one statement, so that they belong together while the shop goes on. */
export async function readModelSnapshot(database: Database): Promise<ReadModelSnapshot> {
  const sql = database.connect({ statementDeadlineMs: STATEMENT_MS_MAX });
  const positions = new Map<number, number>();
  const rows = new Map<string, string>();
  try {
    // The lines of an order are left out: its amounts say the same, and they would fill the memory.
    const pages = sql<SnapshotRow[]>`
      select ${POSITION} as model, '' as tenant, shard::text as id, seq::text as columns
      from projected_position
      union all
      select 'stock', tenant, id,
        (to_jsonb(stock) - array['tenant', 'id', 'on_hand', 'available', 'search_text'])::text from stock
      union all
      select 'orders', tenant, id, (to_jsonb(orders) - array['tenant', 'id', 'lines'])::text from orders
    `.cursor(ROWS_PER_FETCH);
    for await (const page of pages) {
      for (const { model, tenant, id, columns } of page) {
        if (model === POSITION) positions.set(Number(id), Number(columns));
        else rows.set(rowKey(model, tenant, id), columns);
      }
    }
  } finally {
    await sql.end();
  }
  return { positions, rows };
}
