import { nameCluster } from "../../persistence/postgres/cluster-name.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { ConfigError } from "../config.ts";

/**
 * Nodes that do not hear each other must not share a database: each would take the others for dead, and their shards.
 * @throws {ConfigError} when the nodes of the database form another cluster.
 */
export async function assertOneCluster(database: Database, cluster: string): Promise<void> {
  const name = await nameCluster(database, cluster);
  if (name === cluster) return;
  throw new ConfigError(
    `--cluster: the nodes on the database at ${database.server} form the cluster ${name}, not ${cluster}. ` +
      `Start this one with --cluster ${name}, or give it another DATABASE_URL.`,
  );
}
