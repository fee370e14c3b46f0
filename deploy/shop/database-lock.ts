import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { withinDeadline } from "../../persistence/postgres/deadline.ts";
import { ConfigError } from "../config.ts";
import { Superseded } from "./superseded.ts";

// Any number that nobody else uses as an advisory lock in this database ("shop").
const LOCK_KEY = 0x73686f70;
const ATTEMPTS = 20;
const PAUSE_MS = 150;
const QUEUE_LOOK_MS = 10;
const WATCH_EVERY_MS = 1_000;
const ANSWER_MS_MAX = 5_000;
// One failure is told by what the next look finds: the lock taken again, or another shop that ended our connection.
const FAILURES_TOLD = 2;

/** How a shop locks its database. */
export interface DatabaseLockOptions {
  /** Nodes of one cluster share the lock; a shop that is alone shares it with nobody. */
  readonly isShared: boolean;
  /** Ends the connections that hold the lock of another shop. */
  readonly takeOver: boolean;
  readonly log: Log;
  /** Another shop has the lock now. Called once. */
  readonly superseded: (error: Superseded) => void;
}

/** A session that holds an advisory lock. */
interface Holder {
  readonly pid: number;
  readonly name: string;
  readonly isShared: boolean;
}

/**
 * Makes sure that this process is the only shop on the database, or that all others are nodes of clusters as it is.
 *
 * It is a courtesy to operators: the epochs of the shards keep two shops from doing harm whatever becomes of the lock. The
 * lock belongs to a connection and ends with it, however the process ends; while the shop is open the connection is
 * watched, and the lock taken again when it was lost.
 */
export class DatabaseLock {
  readonly #database: Database;
  readonly #options: DatabaseLockOptions;
  /** Shown by `pg_stat_activity`: tells an earlier session of ours from one of another shop. */
  readonly #name = `stampede shop ${crypto.randomUUID()}`;
  #sql: Sql;
  #timer: Timer | undefined;
  #isClosed = false;
  #failures = 0;

  private constructor(database: Database, options: DatabaseLockOptions) {
    this.#database = database;
    this.#options = options;
    this.#sql = this.#connect();
  }

  /** @throws {ConfigError} when another shop has the database, and shall keep it. */
  static async take(database: Database, options: DatabaseLockOptions): Promise<DatabaseLock> {
    const lock = new DatabaseLock(database, options);
    try {
      // The connection of a shop that was killed is noticed within moments.
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        if (await lock.#tryLock()) {
          lock.#watchLater();
          return lock;
        }
        if (options.takeOver) await lock.#queueAndEndHolder();
        else await Bun.sleep(PAUSE_MS);
      }
      throw await lock.#refusal();
    } catch (error) {
      await lock.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#sql.end({ timeout: 1 });
  }

  #connect(): Sql {
    // A connection of its own: the lock belongs to it.
    return this.#database.connect({ statementDeadlineMs: ANSWER_MS_MAX });
  }

  #watchLater(): void {
    this.#timer = setTimeout(() => {
      this.#watch()
        .then(() => {
          this.#failures = 0;
        })
        .catch((error: unknown) => this.#trouble(error))
        .finally(() => {
          if (!this.#isClosed) this.#watchLater();
        });
    }, WATCH_EVERY_MS);
  }

  /** Says once that the database stays away, not every second. */
  #trouble(error: unknown): void {
    this.#failures += 1;
    if (this.#failures !== FAILURES_TOLD) return;
    this.#options.log.warn(
      { err: error },
      "the lock of the database cannot be checked; will try until it can",
    );
  }

  /** Looks whether the session still has the lock; takes it again, or says that another shop has it. */
  async #watch(): Promise<void> {
    if (await this.#isHeld()) return;
    if (await this.#tryLock()) {
      this.#options.log.warn({}, "the lock of the database was lost with its connection, and taken again");
      return;
    }
    const holders = await this.#rivals();
    if (holders.length === 0) return;
    if (holders.some(({ name }) => name !== this.#name)) {
      this.#isClosed = true;
      this.#options.superseded(new Superseded("another shop has taken over the database"));
      return;
    }
    // Our own earlier session, whose end the server has not noticed.
    for (const { pid } of holders) await this.#end(pid);
  }

  #isHeld(): Promise<boolean> {
    return this.#ask(async (sql) => {
      const rows = await sql`
        select from pg_locks
        where locktype = 'advisory' and objid = ${LOCK_KEY}::bigint::oid and pid = pg_backend_pid() and granted`;
      return rows.length > 0;
    });
  }

  #tryLock(): Promise<boolean> {
    const { isShared } = this.#options;
    return this.#ask(async (sql) => {
      const lock = sql(isShared ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock");
      const [row] = await sql<{ locked: boolean }[]>`
        select ${lock}(${LOCK_KEY}::bigint) as locked, set_config('application_name', ${this.#name}, false)`;
      return row?.locked === true;
    });
  }

  /** Sessions that keep this one from the lock. */
  async #rivals(): Promise<readonly Holder[]> {
    const holders = await this.#ask(
      (sql) => sql<Holder[]>`
        select pid, application_name as name, mode = 'ShareLock' as "isShared"
        from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and objid = ${LOCK_KEY}::bigint::oid and granted
          and pg_stat_activity.datname = current_database()`,
    );
    return holders.filter(({ isShared }) => !(isShared && this.#options.isShared));
  }

  async #refusal(): Promise<ConfigError> {
    const { server } = this.#database;
    if (this.#options.isShared)
      return new ConfigError(
        `DATABASE_URL: a shop that is not of this cluster (it has no NATS_URL) is open on the database ${server}. Stop it first.`,
      );
    const rivals = await this.#rivals();
    const [who, theOther] = rivals.some((rival) => rival.isShared)
      ? ["a cluster", "its nodes end"]
      : ["another shop", "the other shop ends"];
    return new ConfigError(
      `DATABASE_URL: ${who} is open on the database ${server}. Stop it first, or take the database over with --take-over: ${theOther} then.`,
    );
  }

  /**
   * Waits for the lock in Postgres' own queue, and ends its holder only when it stands there: the lock goes to who waits,
   * so that a holder that connects again at once cannot get it back.
   */
  async #queueAndEndHolder(): Promise<void> {
    let isOver = false;
    const locked = this.#ask(
      (sql) => sql`
        select set_config('application_name', ${this.#name}, false), pg_advisory_lock(${LOCK_KEY}::bigint)`,
    ).finally(() => {
      isOver = true;
    });
    // The others are asked on connections of their own, since the session itself waits.
    await Promise.all([locked, this.#endHoldersOnceQueued(() => isOver)]);
  }

  async #endHoldersOnceQueued(isOver: () => boolean): Promise<void> {
    const { sql } = this.#database;
    while (!isOver()) {
      const ended = await sql<{ pid: number }[]>`
        select holder.pid, pg_terminate_backend(holder.pid, ${ANSWER_MS_MAX / 2}::bigint)
        from pg_locks holder
        join pg_locks queued using (locktype, database, classid, objid, objsubid)
        join pg_stat_activity session on session.pid = queued.pid
        where locktype = 'advisory' and objid = ${LOCK_KEY}::bigint::oid
          and holder.granted and not queued.granted
          and session.application_name = ${this.#name} and session.datname = current_database()`;
      for (const { pid } of ended)
        this.#options.log.warn({ pid }, "took the lock of the database from another shop");
      await Bun.sleep(QUEUE_LOOK_MS);
    }
  }

  #end(pid: number): Promise<unknown> {
    return this.#ask(
      (sql) => sql`select pg_terminate_backend(${pid}::integer, ${ANSWER_MS_MAX / 2}::bigint)`,
    );
  }

  /** Runs a statement on the session. One that broke or does not answer is given up for a new one. */
  async #ask<Rows>(statement: (sql: Sql) => PromiseLike<Rows>): Promise<Rows> {
    const sql = this.#sql;
    try {
      return await withinDeadline(
        statement(sql),
        ANSWER_MS_MAX,
        () => new Error(`the database did not answer within ${ANSWER_MS_MAX} ms`),
      );
    } catch (error) {
      if (!this.#isClosed) {
        this.#sql = this.#connect();
        // It may be broken in any way; all that matters is that it is no longer used.
        sql.end({ timeout: 1 }).catch(() => undefined);
      }
      throw error;
    }
  }
}
