import { resolve } from "node:path";
import type { Log } from "../../engine/ports/log.ts";
import { locateBinaries } from "./binaries.ts";
import { clusterDirectoryOf, openCluster, prepareDirectory } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { isServing, readCompletePostmaster, stopServer } from "./postmaster.ts";
import type { Postmaster } from "./postmaster.ts";
import { findServer, startServer } from "./server.ts";
import { SUPERUSER } from "./settings.ts";
import { assertReachable, serverUser } from "./system-user.ts";

/** A running Postgres server of our own. */
export interface EmbeddedPostgres {
  /** Connection URL, with the password: not for logs. */
  readonly url: string;
  /** The server was left running by an earlier process. */
  readonly reused: boolean;
  readonly pid: number;
  readonly port: number;
  /** Stops the server, whoever started it. Rejects when it does not stop. */
  stop(): Promise<void>;
}

/** Where to keep the server's files, and whom to tell. */
export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password and its log; made when missing. */
  readonly directory: string;
  readonly log: Log;
  /** The port that its clients know; a free one when left out, or when a server is running already. */
  readonly port?: number;
  /** Gives the start up, and leaves no server running. */
  readonly signal?: AbortSignal;
}

const STOP_DEADLINE_MS = 20_000;

/**
 * Starts real Postgres in `directory`, or takes over the server that a killed process left running there.
 * The caller makes sure that only one process uses the directory.
 * @throws with one sentence on what to do when the directory or the machine does not allow it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const binaries = await locateBinaries();
  await prepareDirectory(directory);
  const user = await serverUser();
  if (user !== undefined) {
    await assertReachable(`${directory}/postgres`, user, "the data directory");
    await assertReachable(binaries.postgres, user, "the Postgres program");
  }
  const cluster = await openCluster(directory, binaries, user);
  const { port, signal, log } = options;
  signal?.throwIfAborted();
  const left = await findServer(cluster, { signal, log });
  const server = left ?? (await startServer(cluster, binaries, user, { port, signal, log }));
  const reused = left !== undefined;
  log.info(
    { pid: server.pid, port: server.port, reused },
    reused ? "embedded Postgres was running already" : "embedded Postgres started",
  );
  return {
    url: urlOf(cluster, server),
    reused,
    pid: server.pid,
    port: server.port,
    async stop() {
      await stopServer(server.pid, STOP_DEADLINE_MS);
      log.info({ pid: server.pid }, "embedded Postgres stopped");
    },
  };
}

/**
 * Stops the server that a killed process left running in `directory`, whatever its files are good for; does nothing where none
 * runs. The caller makes sure that only one process uses the directory.
 * @throws when it does not stop.
 */
export async function stopEmbeddedPostgres({
  directory,
  log,
}: Pick<EmbeddedPostgresOptions, "directory" | "log">): Promise<void> {
  const clusterDirectory = clusterDirectoryOf(resolve(directory));
  const left = await readCompletePostmaster(clusterDirectory);
  if (left === undefined || !(await isServing(left.pid, clusterDirectory))) return;
  await stopServer(left.pid, STOP_DEADLINE_MS);
  log.info({ pid: left.pid }, "embedded Postgres stopped");
}

function urlOf(cluster: Cluster, server: Postmaster): string {
  return `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${server.port}/postgres`;
}
