import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import { describeConnectionFault, describeServer } from "./connection-fault.ts";
import { assertDurable } from "./durability.ts";
import { clientOf, Pool } from "./pool.ts";
import type { ClientOptions } from "./pool.ts";

/** How one thread uses the database. */
export interface DatabaseOptions {
  /** Most connections of the pool; the journal's appends have one more of their own. */
  readonly connectionsMax?: number;
  readonly connectDeadlineMs?: number;
  /** The server gives a statement up after this long; 60 s if left out, since some of ours read a lot. */
  readonly statementDeadlineMs?: number;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Where damaged snapshots are reported. */
  readonly log?: Log;
}

/** How a connection of one's own is used. */
export type ConnectionOptions = Pick<ClientOptions, "statementDeadlineMs" | "onClose" | "onSocket">;

/** One connection, made anew whenever it breaks. */
export type Line = Pick<Pool, "write" | "close">;

/** A pool of connections to the database, for one thread. */
export interface Database {
  /** The pool's client of the moment, for single statements. Do not keep it: it is replaced when a connection breaks. */
  readonly sql: Sql;
  /** Host, port and database: may be shown, unlike the URL. */
  readonly server: string;
  readonly log: Log | undefined;
  /**
   * Runs a statement that may be run again: once more when its connection broke. One that is silent for `answerMsMax` counts as broken;
   * unless told, for a little longer than the server works on any statement.
   */
  read<Rows>(statement: (sql: Sql) => PromiseLike<Rows>, answerMsMax?: number): Promise<Rows>;
  /** Runs a statement once. When its connection breaks, nobody knows whether it took effect. */
  write<Rows>(statement: (sql: Sql) => PromiseLike<Rows>, answerMsMax?: number): Promise<Rows>;
  /** A further pool with one connection, for what is not to wait behind anything else. Whoever asks for it closes it. */
  line(options: Pick<ClientOptions, "statementDeadlineMs">): Line;
  /** A further client with one connection, which is not shared with the pool. */
  connect(options: ConnectionOptions): Sql;
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 3;
const CONNECT_DEADLINE_MS = 10_000;
// Reads of a whole journal come in pages, so that no statement of ours takes as long as this.
const STATEMENT_DEADLINE_MS = 60_000;

/**
 * Connects to the database and checks that it keeps what it acknowledges.
 * @throws one sentence that names DATABASE_URL and host and port when it cannot be reached; never the password.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const database = databaseOf(url, options);
  try {
    await assertDurable(database);
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
  if (typeof source === "string") return new PooledDatabase(source, options);
  return {
    get sql() {
      return source.sql;
    },
    server: source.server,
    log: source.log,
    read: (statement, answerMsMax) => source.read(statement, answerMsMax),
    write: (statement, answerMsMax) => source.write(statement, answerMsMax),
    line: (line) => source.line(line),
    connect: (connection) => source.connect(connection),
    close: () => Promise.resolve(),
  };
}

class PooledDatabase implements Database {
  readonly server: string;
  readonly log: Log | undefined;
  readonly #url: string;
  readonly #options: ClientOptions;
  readonly #pool: Pool;

  constructor(url: string, options: DatabaseOptions) {
    this.#url = url;
    this.server = describeServer(url);
    this.log = options.log;
    this.#options = {
      connectionsMax: options.connectionsMax ?? CONNECTIONS_MAX,
      connectDeadlineMs: options.connectDeadlineMs ?? CONNECT_DEADLINE_MS,
      applicationName: options.applicationName ?? "stampede",
      statementDeadlineMs: options.statementDeadlineMs ?? STATEMENT_DEADLINE_MS,
    };
    this.#pool = new Pool(url, this.#options);
  }

  get sql(): Sql {
    return this.#pool.sql;
  }

  read<Rows>(statement: (sql: Sql) => PromiseLike<Rows>, answerMsMax?: number): Promise<Rows> {
    return this.#pool.read(statement, answerMsMax);
  }

  write<Rows>(statement: (sql: Sql) => PromiseLike<Rows>, answerMsMax?: number): Promise<Rows> {
    return this.#pool.write(statement, answerMsMax);
  }

  line(options: Pick<ClientOptions, "statementDeadlineMs">): Line {
    return new Pool(this.#url, { ...this.#options, connectionsMax: 1, ...options });
  }

  connect(options: ConnectionOptions): Sql {
    return clientOf(this.#url, { ...this.#options, connectionsMax: 1, ...options });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
