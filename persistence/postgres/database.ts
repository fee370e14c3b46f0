import postgres from "postgres";
import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import { describeConnectionFault, describeServer } from "./connection-fault.ts";
import { assertDurable } from "./durability.ts";

/** How one thread uses the database. */
export interface DatabaseOptions {
  /** Most connections of the pool; the journal's appends have one more of their own. */
  readonly connectionsMax?: number;
  readonly connectDeadlineMs?: number;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Where damaged snapshots and lost connections are reported. */
  readonly log?: Log;
}

/** A pool of connections to the database, for one thread. */
export interface Database {
  readonly sql: Sql;
  /** Host, port and database: may be shown, unlike the URL. */
  readonly server: string;
  readonly log: Log | undefined;
  /** A further client with one connection, which is not shared with the pool. */
  connect(options: { readonly statementDeadlineMs: number }): Sql;
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 3;
const CONNECT_DEADLINE_MS = 10_000;
const CLOSE_DEADLINE_SECONDS = 5;

/**
 * Connects to the database and checks that it keeps what it acknowledges.
 * @throws one sentence that names DATABASE_URL and host and port when it cannot be reached; never the password.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const database = poolOf(url, options);
  try {
    await assertDurable(database.sql, database.server);
  } catch (error) {
    await database.close();
    throw describeConnectionFault(error, database.server);
  }
  return database;
}

/** What a store is made from: a database that its caller closes, or a URL, for a small pool of the store's own. */
export type DatabaseSource = Database | string;

/** The database behind a source. Its `close` leaves open what the caller has opened. */
export function databaseOf(source: DatabaseSource, options: DatabaseOptions = {}): Database {
  if (typeof source === "string") return poolOf(source, options);
  return { ...source, close: () => Promise.resolve() };
}

function poolOf(url: string, options: DatabaseOptions): Database {
  const connection = {
    connect_timeout: (options.connectDeadlineMs ?? CONNECT_DEADLINE_MS) / 1000,
    connection: { application_name: options.applicationName ?? "stampede" },
    onnotice: () => {},
    // Types of arrays are given in every statement; asking the server for them costs each connection a round trip.
    fetch_types: false,
  };
  const sql = postgres(url, { ...connection, max: options.connectionsMax ?? CONNECTIONS_MAX });
  return {
    sql,
    server: describeServer(url),
    log: options.log,
    connect: ({ statementDeadlineMs }) =>
      postgres(url, {
        ...connection,
        max: 1,
        connection: { ...connection.connection, statement_timeout: statementDeadlineMs },
      }),
    close: () => sql.end({ timeout: CLOSE_DEADLINE_SECONDS }),
  };
}
