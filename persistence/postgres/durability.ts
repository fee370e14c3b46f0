import type { Database } from "./database.ts";

interface SettingRow {
  readonly name: string;
  readonly setting: string;
}

/**
 * Checks that the server keeps what it acknowledges, whatever fails.
 * @throws an error that names the setting which would lose orders.
 */
export async function assertDurable(database: Database): Promise<void> {
  const rows = await database.read(
    (sql) => sql<SettingRow[]>`
      select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
  );
  for (const { name, setting } of rows)
    if (setting === "off")
      throw new Error(
        `Postgres at ${database.server} runs with ${name}=off and could lose acknowledged orders. Set ${name}=on and restart it.`,
      );
}
