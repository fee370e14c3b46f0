import type { Socket } from "node:net";
import postgres from "postgres";
import type { Sql } from "postgres";
import { isConnectionFault } from "./connection-fault.ts";
import { withinDeadline } from "./deadline.ts";
import { socketFactory } from "./honest-socket.ts";

/** How a client connects. */
export interface ClientOptions {
  readonly connectionsMax: number;
  readonly connectDeadlineMs: number;
  readonly applicationName: string;
  /** The server gives a statement up after this long; 0 for never. */
  readonly statementDeadlineMs: number;
  /** Told when a connection has closed, for whatever reason. */
  readonly onClose?: () => void;
  /** Told of each socket before it is connected. */
  readonly onSocket?: (socket: Socket) => void;
}

const CLOSE_DEADLINE_SECONDS = 5;
const GIVEN_UP_DEADLINE_SECONDS = 1;
// The server's own deadline comes first: its answer says that the statement took no effect.
const GRACE_MS_MAX = 5_000;

/** A statement was not answered in time; whether it took effect is not known. */
export class StatementOverdue extends Error {
  override readonly name = "StatementOverdue";
  readonly code = "STATEMENT_OVERDUE";
}

/**
 * A pool of connections that outlives the loss of any of them.
 *
 * After a connection has broken under a statement, postgres.js 3.4 may never write on it again (it keeps the bytes and
 * the timer of the interrupted write), so the client is given up for a new one.
 */
export class Pool {
  readonly #url: string;
  readonly #options: ClientOptions;
  #sql: Sql;
  #isClosed = false;

  constructor(url: string, options: ClientOptions) {
    this.#url = url;
    this.#options = options;
    this.#sql = clientOf(url, options);
  }

  /** The client of the moment. Whoever meets a broken connection on it tells {@link Pool.replace}. */
  get sql(): Sql {
    return this.#sql;
  }

  /** Runs a statement that may be run again: once more when its connection broke. See {@link write}. */
  async read<Rows>(statement: (sql: Sql) => PromiseLike<Rows>, answerMsMax?: number): Promise<Rows> {
    try {
      return await this.write(statement, answerMsMax);
    } catch (error) {
      if (!isConnectionFault(error)) throw error;
      return await this.write(statement, answerMsMax);
    }
  }

  /**
   * Runs a statement once. A connection that is silent for `answerMsMax` counts as broken, whatever the server still does for it;
   * unless told, that is a little longer than the server works on any statement.
   */
  async write<Rows>(
    statement: (sql: Sql) => PromiseLike<Rows>,
    answerMsMax = patienceMs(this.#options),
  ): Promise<Rows> {
    const sql = this.#sql;
    try {
      return await withinDeadline(statement(sql), answerMsMax, () => {
        return new StatementOverdue("the database did not answer a statement in time");
      });
    } catch (error) {
      if (isConnectionFault(error)) this.replace(sql);
      throw error;
    }
  }

  /** Gives a client up, unless that has happened already. Its other statements still have a moment to end. */
  replace(lost: Sql): void {
    // What is under way when the pool closes loses its connection by that, and nobody would close another one.
    if (this.#sql !== lost || this.#isClosed) return;
    this.#sql = clientOf(this.#url, this.#options);
    // It may be broken in any way; all that matters is that it is no longer used.
    lost.end({ timeout: GIVEN_UP_DEADLINE_SECONDS }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sql.end({ timeout: CLOSE_DEADLINE_SECONDS });
  }
}

function patienceMs({ statementDeadlineMs }: ClientOptions): number {
  return statementDeadlineMs + Math.min(statementDeadlineMs, GRACE_MS_MAX);
}

/** A client of postgres.js as we use it everywhere. */
export function clientOf(url: string, options: ClientOptions): Sql {
  const socketOption = { socket: socketFactory(options.onSocket) };
  return postgres(url, {
    ...socketOption,
    max: options.connectionsMax,
    connect_timeout: options.connectDeadlineMs / 1000,
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementDeadlineMs,
    },
    // A connection may hold a lock, or the next commit: none is closed for its age.
    max_lifetime: null,
    onnotice: () => {},
    onclose: () => options.onClose?.(),
    // Types of arrays are given in every statement; asking the server for them costs each connection a round trip.
    fetch_types: false,
  });
}
