import type { Sql } from "postgres";
import type { Data } from "../../engine/contract/data.ts";
import { isOperationOver, OperationChanged } from "../../engine/ports/operation-store.ts";
import type {
  Operation,
  OperationKind,
  OperationStatus,
  OperationStore,
} from "../../engine/ports/operation-store.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";
import { withinTerm } from "./term-fault.ts";

interface OperationRow {
  readonly id: string;
  readonly revision: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly asked_by: string;
  readonly document_version: number;
  readonly request: Data;
  readonly plan: Data;
  readonly placement_version: string | null;
  readonly state: Data;
  readonly result: Data;
  readonly steps_done: number;
  readonly steps_total: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly ended_at: Date | null;
}

/** Operations of the cluster, in Postgres. */
export function postgresOperationStore(source: DatabaseSource): OperationStore {
  const database = databaseOf(source, { applicationName: "stampede operations", connectionsMax: 1 });
  const read = async (
    statement: (sql: Sql) => PromiseLike<readonly OperationRow[]>,
  ): Promise<readonly Operation[]> => (await database.read(statement)).map(operationOf);
  return {
    async add({ id, kind, askedBy, documentVersion, request }, term, beginning = {}) {
      const { status = "waiting", plan = null, placementVersion = null } = beginning;
      const rows = await withinTerm(
        database.write(
          (sql) => sql<OperationRow[]>`
            select * from add_operation(
              ${term}, ${id}, ${kind}, ${status}, ${askedBy}, ${documentVersion}, ${document(request)}::text::jsonb,
              ${document(plan)}::text::jsonb, ${placementVersion}::bigint
            )`,
        ),
      );
      return operationOf(rows[0] as OperationRow);
    },

    async update(id, revision, progress, term) {
      const [row] = await withinTerm(
        database.write(
          (sql) => sql<OperationRow[]>`
            select * from update_operation(
              ${term}, ${id}, ${revision}, ${progress.status}, ${progress.documentVersion},
              ${document(progress.request)}::text::jsonb, ${document(progress.plan)}::text::jsonb,
              ${progress.placementVersion},
              ${document(progress.state)}::text::jsonb, ${document(progress.result)}::text::jsonb,
              ${progress.stepsDone}, ${progress.stepsTotal}, ${isOperationOver(progress.status)}
            )`,
        ),
      );
      if (row === undefined)
        throw new OperationChanged(`the operation ${id} no longer has revision ${revision}`);
      return operationOf(row);
    },

    async find(id) {
      const [operation] = await read((sql) => sql<OperationRow[]>`select * from operation where id = ${id}`);
      return operation;
    },

    open: () =>
      read((sql) => sql<OperationRow[]>`select * from operation where ended_at is null order by number`),

    newest: (countMax) =>
      read((sql) => sql<OperationRow[]>`select * from operation order by number desc limit ${countMax}`),

    async forget(keptMs, countMax, term) {
      const [row] = await withinTerm(
        database.write(
          (sql) =>
            sql<{ count: number }[]>`select forget_operations(${term}, ${keptMs}, ${countMax}) as count`,
        ),
      );
      return row?.count ?? 0;
    },

    close: () => database.close(),
  };
}

function document(data: Data): string {
  return JSON.stringify(data);
}

function operationOf(row: OperationRow): Operation {
  return {
    id: row.id,
    kind: row.kind,
    askedBy: row.asked_by,
    documentVersion: row.document_version,
    request: row.request,
    status: row.status,
    plan: row.plan,
    placementVersion: row.placement_version === null ? null : Number(row.placement_version),
    state: row.state,
    stepsDone: row.steps_done,
    stepsTotal: row.steps_total,
    result: row.result,
    revision: Number(row.revision),
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    endedAtMs: row.ended_at?.getTime() ?? null,
  };
}
