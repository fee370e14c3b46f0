import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Sql } from "postgres";
import type { Database } from "./database.ts";

const END_SECONDS = 1;

/** One transaction on a connection of its own, for as long as it takes. */
export class Transaction {
  readonly sql: Sql;
  readonly #sockets: Socket[];
  #name = "";

  private constructor(sql: Sql, sockets: Socket[]) {
    this.sql = sql;
    this.#sockets = sockets;
  }

  /**
   * Begins one by the given statements, the first of which is `begin`. What it sees is of the moment after the last of them. It is lost
   * once the signal is aborted, whatever it waits for.
   */
  static async begin(database: Database, statements: string, signal: AbortSignal): Promise<Transaction> {
    signal.throwIfAborted();
    const sockets: Socket[] = [];
    const sql = database.connect({ statementDeadlineMs: 0, onSocket: (socket) => sockets.push(socket) });
    const transaction = new Transaction(sql, sockets);
    signal.addEventListener("abort", () => void sql.end({ timeout: 0 }), { once: true });
    try {
      await sql.unsafe(statements);
      transaction.#name = await transaction.#nameNow();
      return transaction;
    } catch (error) {
      await transaction.end();
      throw error;
    }
  }

  /**
   * Makes sure that it is still this transaction: a client whose connection broke makes another one, whose statements would stand alone.
   * @throws when it was lost.
   */
  async assertHeld(): Promise<void> {
    if ((await this.#nameNow()) !== this.#name)
      throw new Error("the connection to the database was lost in the middle");
  }

  /** Passes the rows of a `copy … to stdout` on; whoever takes them may be waited for. */
  async copyOut(statement: string, take: (bytes: Uint8Array) => Promise<void> | undefined): Promise<void> {
    await this.assertHeld();
    const rows = await this.sql.unsafe(statement).readable();
    const sink = new Writable({
      write(bytes: Buffer, _encoding, done) {
        const taking = take(bytes);
        if (taking === undefined) done();
        else void tellTaken(taking, done);
      },
    });
    await pipeline(rows, sink);
    // postgres.js 3.4 stops reading while the rows wait, and does not begin again when the last of them are taken.
    this.#sockets.at(-1)?.resume();
  }

  /** Begins a `copy … from stdin`. */
  async copyIn(statement: string): Promise<CopyIn> {
    await this.assertHeld();
    return new CopyIn(await this.sql.unsafe(statement).writable(), this);
  }

  async commit(): Promise<void> {
    await this.assertHeld();
    await this.sql.unsafe("commit");
  }

  /** Closes the connection: what is not committed has never been. */
  async end(): Promise<void> {
    await this.sql.end({ timeout: END_SECONDS }).catch(() => undefined);
  }

  /** The time at which a transaction began is the same for all its statements, and for those of no other one on that connection. */
  async #nameNow(): Promise<string> {
    const [row] = await this.sql<{ readonly name: string }[]>`
      select pg_backend_pid() || ' ' || extract(epoch from now()) as name`;
    return row?.name ?? "";
  }
}

async function tellTaken(taking: Promise<void>, done: (error?: Error) => void): Promise<void> {
  try {
    await taking;
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Rows on their way into a table. */
export class CopyIn {
  readonly #stream: Writable;
  readonly #transaction: Transaction;
  readonly #failed: PromiseWithResolvers<never> = Promise.withResolvers();

  constructor(stream: Writable, transaction: Transaction) {
    this.#stream = stream;
    this.#transaction = transaction;
    stream.on("error", (error) => this.#failed.reject(error));
    // Somebody waits for it while something is written, and only then.
    this.#failed.promise.catch(() => undefined);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const written = Promise.withResolvers<void>();
    this.#stream.write(bytes, (error) => {
      if (error === null || error === undefined) written.resolve();
    });
    await Promise.race([written.promise, this.#failed.promise]);
  }

  /** Resolves when the server has taken all of them. */
  async end(): Promise<void> {
    const ended = Promise.withResolvers<void>();
    this.#stream.end(() => ended.resolve());
    await Promise.race([ended.promise, this.#failed.promise]);
    // postgres.js 3.4 does not tell what the server says to the last rows; a transaction that has failed refuses what follows.
    await this.#transaction.assertHeld();
  }
}
