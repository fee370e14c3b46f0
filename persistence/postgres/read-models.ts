import { ProjectionMoved } from "../../engine/ports/read-models.ts";
import type { ReadModels } from "../../engine/ports/read-models.ts";
import { columnGroups } from "../read-models/column-groups.ts";
import { KnownPositions } from "../read-models/known-positions.ts";
import { mergeRowChanges } from "../read-models/row-merge.ts";
import { numbersLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

interface PositionRow {
  readonly shard: number;
  readonly seq: string;
}

/** Raised by `advance_projection` when a stored position is not the expected one. */
const POSITION_DIFFERS = "SP002";

/**
 * The read models in Postgres. `apply` starts from the positions that `positions` has returned or an earlier `apply` has
 * reached; after one that failed, `positions` must be called again.
 */
export function postgresReadModels(source: DatabaseSource): ReadModels {
  const database = databaseOf(source, { applicationName: "stampede read models", connectionsMax: 1 });
  const known = new KnownPositions();
  return {
    async positions() {
      const rows = await database.read(
        (sql) => sql<PositionRow[]>`select shard, seq from projected_position order by shard`,
      );
      const positions = rows.map(({ shard, seq }) => ({ shard, seq: Number(seq) }));
      known.learn(positions);
      return positions;
    },

    async apply(changes, positions) {
      const steps = known.stepsTo(positions);
      const { stock, orders } = mergeRowChanges(changes);
      try {
        await database.write(
          (sql) => sql`select advance_projection(
          ${numbersLiteral(steps.map(({ shard }) => shard))}::integer[],
          ${numbersLiteral(steps.map(({ oldSeq }) => oldSeq))}::bigint[],
          ${numbersLiteral(steps.map(({ newSeq }) => newSeq))}::bigint[],
          ${JSON.stringify(columnGroups("stock", stock))}::text::jsonb,
          ${JSON.stringify(columnGroups("orders", orders))}::text::jsonb
        )`,
        );
      } catch (error) {
        known.forget();
        if (codeOf(error) !== POSITION_DIFFERS) throw error;
        throw new ProjectionMoved("another projection has moved a shard on", { cause: error });
      }
      known.advance(steps);
    },

    async clear() {
      known.forget();
      await database.write((sql) => sql`truncate projected_position, stock, orders, catalogue_word`);
    },

    close: () => database.close(),
  };
}
