import type { NodeRecord, NodeStore } from "../../engine/ports/node-store.ts";
import { registerStart, type NodeStarts } from "../nodes/node-starts.ts";
import { textsLiteral } from "./array-literal.ts";
import { databaseOf } from "./database.ts";
import type { Database, DatabaseSource } from "./database.ts";
import { withinTerm } from "./term-fault.ts";

interface NodeRow {
  readonly name: string;
  readonly lanes: number;
  readonly capacity: number;
  readonly incarnation: string;
  readonly cordoned: boolean;
  readonly draining: boolean;
  readonly first_started_at: Date;
  readonly last_started_at: Date;
}

/** What is remembered of nodes, in Postgres. */
export function postgresNodeStore(source: DatabaseSource): NodeStore {
  const database = databaseOf(source, { applicationName: "stampede nodes", connectionsMax: 1 });
  const starts = postgresNodeStarts(database);
  return {
    async list() {
      const rows = await database.read(
        (sql) => sql<NodeRow[]>`
select * from node order by name collate "C"`,
      );
      return rows.map(nodeOf);
    },

    started: (start) => registerStart(starts, start),

    async order(node, { cordoned, draining }, term) {
      const [row] = await withinTerm(
        database.write(
          (sql) => sql<{ known: boolean }[]>`
            select order_node(${term}, ${node}, ${cordoned}, ${draining}) as known`,
        ),
      );
      return row?.known === true;
    },

    async forget(heard, keptMs, term) {
      const [row] = await withinTerm(
        database.write(
          (sql) => sql<{ count: number }[]>`
            select forget_nodes(${term}, ${textsLiteral(heard)}::text[], ${keptMs}) as count`,
        ),
      );
      return row?.count ?? 0;
    },

    close: () => database.close(),
  };
}

/** How starts are counted in Postgres. */
export function postgresNodeStarts(database: Pick<Database, "read" | "write">): NodeStarts {
  return {
    async last(node) {
      const [row] = await database.read(
        (sql) => sql<Pick<NodeRow, "incarnation">[]>`
          select incarnation from node where name = ${node}`,
      );
      return Number(row?.incarnation ?? 0);
    },

    async registerAfter(last, { node, lanes, capacity }) {
      const [row] = await database.write(
        (sql) => sql<NodeRow[]>`
          select * from start_node(${node}, ${lanes}, ${capacity}, ${last})`,
      );
      return row === undefined ? undefined : nodeOf(row);
    },
  };
}

function nodeOf(row: NodeRow): NodeRecord {
  const { name, lanes, capacity, cordoned, draining } = row;
  return {
    node: name,
    lanes,
    capacity,
    incarnation: Number(row.incarnation),
    cordoned,
    draining,
    firstStartedAtMs: row.first_started_at.getTime(),
    lastStartedAtMs: row.last_started_at.getTime(),
  };
}
