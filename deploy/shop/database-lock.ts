import type { Database } from "../../persistence/postgres/database.ts";
import { ConfigError } from "../config.ts";

// Any number that nobody else uses as an advisory lock in this database ("shop").
const LOCK_KEY = 0x73686f70;
const ATTEMPTS = 20;
const PAUSE_MS = 150;

/**
 * Makes sure that this process is the only shop on the database, for as long as the returned connection lives.
 *
 * It is a courtesy to operators: the epochs of the shards keep two shops from doing harm, but they would take the shards
 * from each other until one of them ends.
 * @throws {ConfigError} when another shop has the database.
 */
export async function lockDatabase(database: Database): Promise<{ close(): Promise<void> }> {
  // A connection of its own: the lock belongs to it, and ends with it, however the process ends.
  const sql = database.connect({ statementDeadlineMs: 0 });
  const close = () => sql.end({ timeout: 1 });
  // The connection of a shop that was killed is noticed within moments.
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${LOCK_KEY}) as locked`;
    if (row?.locked === true) return { close };
    await Bun.sleep(PAUSE_MS);
  }
  await close();
  throw new ConfigError(
    `DATABASE_URL: another shop is open on the database ${database.server}. Stop it first.`,
  );
}
