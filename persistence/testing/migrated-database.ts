import postgres from "postgres";
import type { Sql } from "postgres";
import { openDatabase } from "../postgres/database.ts";
import type { Database } from "../postgres/database.ts";
import { migrate } from "../postgres/migrate.ts";
import { testDatabase } from "./test-database.ts";

/** A migrated database of one test file. */
export interface MigratedDatabase {
  readonly url: string;
  readonly database: Database;
  /** A further client with one connection, for what stores do not offer. */
  raw(): Sql;
  readonly close: () => Promise<void>;
}

/** Makes a database with all tables. */
export async function migratedDatabase(shardCount = 256): Promise<MigratedDatabase> {
  const created = await testDatabase();
  const database = await openDatabase(created.url);
  await migrate(database, { shardCount });
  const clients: Sql[] = [];
  return {
    url: created.url,
    database,
    raw() {
      const sql = postgres(created.url, { max: 1, onnotice: () => {} });
      clients.push(sql);
      return sql;
    },
    close: async () => {
      await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })));
      await database.close();
      await created.close();
    },
  };
}
