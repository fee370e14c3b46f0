import type { Sql } from "postgres";
import type { CoordinatorLock, Term } from "../../engine/ports/coordinator-lock.ts";
import { databaseOf } from "./database.ts";
import type { Database, DatabaseSource } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

/** How the lock's connection is watched. */
export interface CoordinatorLockOptions {
  readonly watchEveryMs?: number;
  /** The lock counts as lost when the database has not answered for this long, ms. */
  readonly answerMsMax?: number;
  /** The server ends the session of a coordinator that it has not heard of for this long, ms: one that stands still, or is cut off. */
  readonly silentMsMax?: number;
}

type Watch = Required<CoordinatorLockOptions>;

// Any number that nobody else uses as an advisory lock in this database ("coor").
const LOCK_KEY = 0x636f6f72;
const WATCH_EVERY_MS = 500;
const ANSWER_MS_MAX = 2_000;
const SILENT_MS_MAX = 3_000;

/** The lock of the coordinator in Postgres: an advisory lock of a session, with a connection of its own that is watched. */
export function postgresCoordinatorLock(
  source: DatabaseSource,
  options: CoordinatorLockOptions = {},
): CoordinatorLock {
  const database = databaseOf(source, { applicationName: "stampede coordinator", connectionsMax: 1 });
  const watch: Watch = {
    watchEveryMs: options.watchEveryMs ?? WATCH_EVERY_MS,
    answerMsMax: options.answerMsMax ?? ANSWER_MS_MAX,
    silentMsMax: options.silentMsMax ?? SILENT_MS_MAX,
  };
  let session: LockSession | undefined;
  // Of an attempt that failed: the next one needs no connection of its own.
  let spare: LockSession | undefined;
  let isClosed = false;
  return {
    async take(node, lost): Promise<Term | undefined> {
      const own = spare === undefined || spare.isOver ? new LockSession(database, watch) : spare;
      spare = undefined;
      const number = await own.beginTerm(node, lost);
      if (number !== undefined) {
        session = own;
        return { number, resign: () => own.end() };
      }
      if (spare === undefined && !isClosed) spare = own;
      else await own.end();
      return undefined;
    },

    async close() {
      isClosed = true;
      await Promise.all([session?.end(), spare?.end()]);
      await database.close();
    },
  };
}

/** A connection that tries to hold the lock, until it does: it is never used again once the lock may be lost. */
class LockSession {
  readonly #watch: Watch;
  readonly #sql: Sql;
  #lost: (reason: Error) => void = () => undefined;
  #isHeld = false;
  #isOver = false;
  #timer: Timer | undefined;

  constructor(database: Database, watch: Watch) {
    this.#watch = watch;
    this.#sql = database.connect({
      statementDeadlineMs: watch.answerMsMax,
      onClose: () => this.#lose(new Error("the connection that held the lock of the coordinator has closed")),
    });
  }

  /** Whether its connection is used no more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The number of the term, or undefined when another session has the lock: then it may try again. */
  async beginTerm(node: string, lost: (reason: Error) => void): Promise<number | undefined> {
    this.#lost = lost;
    try {
      const [row] = await this.#ask(
        (sql) => sql<{ term: string | null }[]>`
          select set_config('idle_session_timeout', ${String(this.#watch.silentMsMax)}, false),
            begin_term(${LOCK_KEY}, ${node}) as term`,
      );
      this.#isHeld = !this.#isOver && typeof row?.term === "string";
      if (!this.#isHeld) return undefined;
      this.#watchLater();
      return Number(row?.term);
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#sql.end({ timeout: 1 });
  }

  #watchLater(): void {
    this.#timer = setTimeout(() => {
      this.#assertHeld().then(
        () => {
          if (!this.#isOver) this.#watchLater();
        },
        (error: unknown) => {
          this.#lose(new Error("the lock of the coordinator cannot be confirmed", { cause: error }));
        },
      );
    }, this.#watch.watchEveryMs);
  }

  /** A connection may have been made anew without our being told: the lock is looked for in this very session. */
  async #assertHeld(): Promise<void> {
    const rows = await this.#ask(
      (sql) => sql`
        select from pg_locks
        where locktype = 'advisory' and objid = ${LOCK_KEY}::bigint::oid and pid = pg_backend_pid() and granted`,
    );
    if (rows.length === 0) throw new Error("this session does not have it");
  }

  #lose(reason: Error): void {
    if (this.#isOver) return;
    const wasHeld = this.#isHeld;
    // It may be broken in any way; all that matters is that it is no longer used.
    this.end().catch(() => undefined);
    if (wasHeld) this.#lost(reason);
  }

  #ask<Rows>(statement: (sql: Sql) => PromiseLike<Rows>): Promise<Rows> {
    const { answerMsMax } = this.#watch;
    return withinDeadline(
      statement(this.#sql),
      answerMsMax,
      () => new Error(`the database did not answer within ${answerMsMax} ms`),
    );
  }
}
