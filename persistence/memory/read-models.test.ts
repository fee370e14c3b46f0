import { readModelConformance } from "../conformance/read-model-conformance.ts";
import type { ReadModelSubject } from "../conformance/read-model-conformance.ts";
import { memoryReadModels, memoryTables } from "./read-models.ts";

readModelConformance("memory", async (): Promise<ReadModelSubject> => {
  const tables = memoryTables();
  return {
    open: () => memoryReadModels(tables),
    row: async (model, tenant, id) => tables.rows[model].get(`${tenant}/${id}`),
    close: () => Promise.resolve(),
  };
});
