import { join } from "node:path";
import { isServing, readPostmaster, stopServer } from "../../persistence/embedded/postmaster.ts";

const STOP_MS_MAX = 10_000;

/** Stops the Postgres that a killed shop has left running on its data directory, by its process id. None is fine. */
export async function stopLeftPostgres(dataDirectory: string): Promise<void> {
  const cluster = join(dataDirectory, "postgres", "postgres");
  const left = await readPostmaster(cluster);
  if (left !== undefined && (await isServing(left.pid, cluster))) await stopServer(left.pid, STOP_MS_MAX);
}
