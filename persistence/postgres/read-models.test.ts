import { expect, test } from "bun:test";
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

test("every column that changes may name is stored", async () => {
  const { url, database, close } = await migratedDatabase();
  const models = postgresReadModels(url);
  for (const model of Object.keys(MODELS) as ModelName[]) {
    for (const [seq, change] of [1, 2].entries()) {
      const { set, add, json } = MODELS[model];
      const value = (column: string) => (json.has(column) ? `[${change}]` : change);
      await models.positions();
      await models.apply(
        [
          {
            model,
            tenant: "demo",
            id: "A",
            set: Object.fromEntries([...set].map((column) => [column, value(column)])),
            add: Object.fromEntries([...add].map((column) => [column, 1])),
          },
        ],
        [{ shard: model === "stock" ? 1 : 2, seq: seq + 1 }],
      );
    }
    const [row] = await database.sql<{ row: Record<string, unknown> }[]>`
      select to_jsonb(stored) as row from ${database.sql(model)} as stored`;
    for (const column of [...MODELS[model].set, ...MODELS[model].add])
      expect([column, String(row?.row[column])]).toEqual([column, "2"]);
  }
  await models.close();
  await close();
});
