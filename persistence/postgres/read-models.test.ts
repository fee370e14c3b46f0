import { expect, test } from "bun:test";
import type { RowChange, Scalar } from "../../engine/contract/row-change.ts";
import { readModelConformance } from "../conformance/read-model-conformance.ts";
import type { ReadModelSubject } from "../conformance/read-model-conformance.ts";
import { MODELS } from "../read-models/columns.ts";
import type { ModelName } from "../read-models/columns.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import { postgresReadModels } from "./read-models.ts";

readModelConformance("postgres", async (): Promise<ReadModelSubject> => {
  const { url, database, close } = await migratedDatabase();
  return {
    open: () => postgresReadModels(url),
    async row(model, tenant, id) {
      const [row] = await database.sql<{ row: Record<string, unknown> }[]>`
        select to_jsonb(stored) as row from ${database.sql(model)} as stored
        where tenant = ${tenant} and id = ${id}`;
      return row?.row;
    },
    close,
  };
});

const YES_OR_NO: ReadonlySet<string> = new Set(["sale_waiting_room"]);

test("every column that changes may name is stored, and forgotten when it is set to null", async () => {
  const { url, database, close } = await migratedDatabase();
  const models = postgresReadModels(url);
  await models.positions();
  for (const model of Object.keys(MODELS) as ModelName[]) {
    const { set, add, json } = MODELS[model];
    const shard = model === "stock" ? 1 : 2;
    const apply = (seq: number, value: (column: string) => Scalar): Promise<void> => {
      const change: RowChange = {
        model,
        tenant: "demo",
        id: "A",
        set: Object.fromEntries([...set].map((column) => [column, value(column)])),
        add: Object.fromEntries([...add].map((column) => [column, 1])),
      };
      return models.apply([change], [{ shard, seq }]);
    };
    const stored = async (column: string): Promise<unknown> => {
      const [row] = await database.sql<{ row: Record<string, unknown> }[]>`
        select to_jsonb(stored) as row from ${database.sql(model)} as stored`;
      return row?.row[column];
    };
    for (const seq of [1, 2])
      await apply(seq, (column) => {
        if (YES_OR_NO.has(column)) return seq === 2;
        return json.has(column) ? `[${seq}]` : seq;
      });
    for (const column of [...set, ...add])
      expect([column, String(await stored(column))]).toEqual([column, YES_OR_NO.has(column) ? "true" : "2"]);
    await apply(3, () => null);
    for (const column of set)
      expect([
        column,
        await database.sql`select from ${database.sql(model)} where ${database.sql(column)} is null`,
      ]).toMatchObject([column, { length: 1 }]);
  }
  await models.close();
  await close();
});

test("rows are found without a look at all of them, also by plans from when there were none", async () => {
  const migrated = await migratedDatabase();
  const sql = migrated.raw();
  // The planner takes a table for empty only when it was seen to be.
  await sql`vacuum stock, orders`;
  const scans = await sql.begin(async (transaction) => {
    for (const seq of [1, 2, 3])
      await transaction`
        select advance_projection(
          '{1}', ${`{${seq - 1}}`}::bigint[], ${`{${seq}}`}::bigint[],
          '[{"tenant": ["demo"], "id": ["A"], "title": ["Shoe"], "held": [1]}]',
          '[{"tenant": ["demo"], "id": ["C1~1"], "status": ["captured"]}]'
        )`;
    return transaction<{ table: string; scans: string }[]>`
      select relname as table, seq_scan as scans from pg_stat_xact_user_tables
      where relname in ('stock', 'orders') order by relname`;
  });
  expect([...scans]).toEqual([
    { table: "orders", scans: "0" },
    { table: "stock", scans: "0" },
  ]);
  await migrated.close();
});
