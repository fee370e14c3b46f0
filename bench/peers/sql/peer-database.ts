import type { Sql } from "postgres";
import { openDatabase } from "../../../persistence/postgres/database.ts";
import { clientOf } from "../../../persistence/postgres/pool.ts";

const CONNECT_DEADLINE_MS = 10_000;
const STATEMENT_DEADLINE_MS = 60_000;

/** A database of its own for the peers, on the server of a shop. */
export class PeerDatabase {
  readonly #serverUrl: string;
  readonly #name: string;

  private constructor(serverUrl: string, name: string) {
    this.#serverUrl = serverUrl;
    this.#name = name;
  }

  /**
   * Makes the database. `serverUrl` names any other on the same server.
   * @throws when the server would forget what it acknowledges, or does not let this user make databases.
   */
  static async create(serverUrl: string): Promise<PeerDatabase> {
    const name = `stampede_peers_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
    await withDatabase(serverUrl, async (sql, server) => {
      try {
        await sql.unsafe(`create database ${name}`);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`the peers need a database of their own on the server of ${server}: ${reason}`, {
          cause: error,
        });
      }
    });
    return new PeerDatabase(serverUrl, name);
  }

  /** A client as the shop uses it, with so many connections. */
  connect(connectionsMax: number): Sql {
    const url = new URL(this.#serverUrl);
    url.pathname = this.#name;
    return clientOf(url.href, {
      connectionsMax,
      connectDeadlineMs: CONNECT_DEADLINE_MS,
      applicationName: "stampede bench peers",
      statementDeadlineMs: STATEMENT_DEADLINE_MS,
    });
  }

  /** Drops the database, also from under connections that are still open. */
  async drop(): Promise<void> {
    await withDatabase(this.#serverUrl, (sql) =>
      sql.unsafe(`drop database if exists ${this.#name} with (force)`),
    );
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
