import type { Sql } from "postgres";
import { openDatabase } from "../../../persistence/postgres/database.ts";
import { clientOf } from "../../../persistence/postgres/pool.ts";

const PREFIX = "stampede_peers_";
const CONNECT_DEADLINE_MS = 10_000;
const STATEMENT_DEADLINE_MS = 60_000;

/** A database of its own for the peers, on the server of a shop. */
export class PeerDatabase {
  readonly name: string;
  readonly #serverUrl: string;
  /** An open connection: a database without one has been left by somebody who was killed. */
  readonly #keeper: Sql;

  private constructor(serverUrl: string, name: string) {
    this.#serverUrl = serverUrl;
    this.name = name;
    this.#keeper = this.connect(1);
  }

  /**
   * Makes the database, and drops those that were left on the server. `serverUrl` names any other on the same server.
   * @throws when the server would forget what it acknowledges, or does not let this user make databases.
   */
  static async create(serverUrl: string): Promise<PeerDatabase> {
    const name = `${PREFIX}${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
    await withDatabase(serverUrl, async (sql, server) => {
      await dropLeft(sql);
      try {
        await sql.unsafe(`create database ${name}`);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`the peers need a database of their own on the server of ${server}: ${reason}`, {
          cause: error,
        });
      }
    });
    const database = new PeerDatabase(serverUrl, name);
    await database.#keeper`select 1`;
    return database;
  }

  /** A client as the shop uses it, with so many connections. */
  connect(connectionsMax: number): Sql {
    const url = new URL(this.#serverUrl);
    url.pathname = this.name;
    return clientOf(url.href, {
      connectionsMax,
      connectDeadlineMs: CONNECT_DEADLINE_MS,
      applicationName: "stampede bench peers",
      statementDeadlineMs: STATEMENT_DEADLINE_MS,
    });
  }

  /** Drops the database, also from under connections that are still open. */
  async drop(): Promise<void> {
    await this.#keeper.end();
    await withDatabase(this.#serverUrl, (sql) =>
      sql.unsafe(`drop database if exists ${this.name} with (force)`),
    );
  }
}

/** Drops the databases of comparisons that were killed: nobody is connected to them. */
async function dropLeft(sql: Sql): Promise<void> {
  const left = await sql<{ name: string }[]>`
    select datname as name from pg_database where datname ~ ${`^${PREFIX}[0-9a-f]{12}$`}
      and not exists (select from pg_stat_activity where pg_stat_activity.datname = pg_database.datname)`;
  for (const { name } of left) {
    // One that belongs to somebody else stays, and so does one that is used from now on.
    await sql.unsafe(`drop database if exists ${name}`).catch(() => undefined);
  }
}

async function withDatabase(
  url: string,
  work: (sql: Sql, server: string) => PromiseLike<unknown>,
): Promise<void> {
  const database = await openDatabase(url, { connectionsMax: 1 });
  try {
    await work(database.sql, database.server);
  } finally {
    await database.close();
  }
}
