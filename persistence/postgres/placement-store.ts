import { PlacementChanged } from "../../engine/ports/placement-store.ts";
import type {
  MovedShard,
  PlacementChange,
  PlacementStore,
  ShardPlace,
} from "../../engine/ports/placement-store.ts";
import { numbersLiteral, textsLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";
import { withinTerm } from "./term-fault.ts";

interface PlacementRow {
  readonly version: string;
  readonly shard_count: number;
  readonly shard: number | null;
  readonly node: string;
  readonly lane: number;
  readonly pinned: boolean;
}

interface ChangeRow {
  readonly version: string;
  readonly term: string;
  readonly reason: string;
  readonly asked_by: string;
  readonly changed_at: Date;
  readonly shard: number;
  readonly from_node: string | null;
  readonly from_lane: number;
  readonly from_pinned: boolean;
  readonly node: string;
  readonly lane: number;
  readonly pinned: boolean;
}

/** Raised by `change_placement` when the stored version is another one. */
const VERSION_IS_ANOTHER = "SP102";
// What a bigint can hold at most.
const VERSION_MAX = "9223372036854775807";

/** The placement in Postgres. */
export function postgresPlacementStore(source: DatabaseSource): PlacementStore {
  const database = databaseOf(source, { applicationName: "stampede placement", connectionsMax: 1 });
  return {
    async read() {
      // One statement sees one moment: the rows are those of the version.
      const rows = await database.read(
        (sql) => sql<PlacementRow[]>`
          select version, shard_count, shard, node, lane, pinned
          from placement cross join shop left join shard_placement on true`,
      );
      const [first] = rows;
      if (first === undefined)
        throw new Error("The database has lost its placement row. Restore it from a backup.");
      const shards = Array.from<ShardPlace | undefined>({ length: first.shard_count });
      for (const { shard, node, lane, pinned } of rows)
        if (shard !== null) shards[shard] = { node, lane, pinned };
      return { version: Number(first.version), shards };
    },

    async change(expectedVersion, changes, { term, reason, askedBy }) {
      try {
        const [row] = await withinTerm(
          database.write(
            (sql) => sql<{ version: string }[]>`
              select change_placement(
                ${term}, ${expectedVersion}, ${reason}, ${askedBy},
                ${numbersLiteral(changes.map(({ shard }) => shard))}::integer[],
                ${textsLiteral(changes.map(({ node }) => node))}::text[],
                ${numbersLiteral(changes.map(({ lane }) => lane))}::integer[],
                ${textsLiteral(changes.map(({ pinned }) => String(pinned)))}::boolean[]
              ) as version`,
          ),
        );
        return Number(row?.version);
      } catch (error) {
        if (codeOf(error) !== VERSION_IS_ANOTHER) throw error;
        throw new PlacementChanged(`the placement no longer has version ${expectedVersion}`, {
          cause: error,
        });
      }
    },

    async history(countMax, beforeVersion) {
      const rows = await database.read(
        (sql) => sql<ChangeRow[]>`
          select * from (
            select * from placement_change where version < ${beforeVersion ?? VERSION_MAX}
            order by version desc limit ${countMax}
          ) as change join placement_change_shard as moved using (version)
          order by version desc, shard`,
      );
      const changes = Map.groupBy(rows, ({ version }) => version);
      return [...changes.values()].map(changeOf);
    },

    async forget(keptMs, countMax, term) {
      const [row] = await withinTerm(
        database.write(
          (sql) =>
            sql<
              { count: number }[]
            >`select forget_placement_changes(${term}, ${keptMs}, ${countMax}) as count`,
        ),
      );
      return row?.count ?? 0;
    },

    close: () => database.close(),
  };
}

function changeOf(rows: readonly ChangeRow[]): PlacementChange {
  const { version, term, reason, asked_by, changed_at } = rows[0] as ChangeRow;
  return {
    version: Number(version),
    term: Number(term),
    reason,
    askedBy: asked_by,
    atMs: changed_at.getTime(),
    moved: rows.map(movedOf),
  };
}

function movedOf(row: ChangeRow): MovedShard {
  const { shard, from_node, from_lane, from_pinned, node, lane, pinned } = row;
  return {
    shard,
    from: from_node === null ? undefined : { node: from_node, lane: from_lane, pinned: from_pinned },
    to: { node, lane, pinned },
  };
}
