import type { Database } from "./database.ts";

/** Gives the database's cluster this name, unless it has one already. Returns the name that it has. */
export async function nameCluster(database: Database, name: string): Promise<string> {
  await database.write((sql) => sql`insert into cluster_name (name) values (${name}) on conflict do nothing`);
  const [row] = await database.read((sql) => sql<{ name: string }[]>`select name from cluster_name`);
  if (row === undefined)
    throw new Error("The database has lost the name of its cluster. Restore it from a backup.");
  return row.name;
}
