import { closeSync, openSync, statSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Log } from "../../engine/ports/log.ts";
import type { PostgresBinaries } from "./binaries.ts";
import type { Cluster } from "./cluster.ts";
import { untilSilent } from "./patience.ts";
import { isServing, pidFile, readPostmaster, stopServer } from "./postmaster.ts";
import type { Postmaster } from "./postmaster.ts";
import { serverOptions } from "./settings.ts";
import type { SystemUser } from "./system-user.ts";

const START_ATTEMPTS_MAX = 5;
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOG_TAIL_CHARACTERS = 800;

const ABORT_DEADLINE_MS = 3_000;

/** How a server is started. */
export interface ServerStart {
  /** A free port when undefined. */
  readonly port: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly log: Log;
}

/** Finds the server that an earlier process left running on this cluster. Clears away the file of a dead one. */
export async function findServer(
  cluster: Cluster,
  { signal, log }: Pick<ServerStart, "signal" | "log">,
): Promise<Postmaster | undefined> {
  const left = await readPostmaster(cluster.directory);
  if (left === undefined) return undefined;
  let found: Postmaster | undefined = left;
  const settled = await untilSilent(
    async () => {
      found = await readPostmaster(cluster.directory);
      if (found === undefined || found.ready || signal?.aborted === true) return true;
      return !(await isServing(found.pid, cluster.directory));
    },
    { logPath: cluster.logPath, log },
  );
  if (!settled)
    throw new Error(`Postgres (process ${left.pid}) neither starts nor stops: see ${cluster.logPath}.`);
  if (signal?.aborted === true) {
    if (await isServing(left.pid, cluster.directory)) await stopServer(left.pid, ABORT_DEADLINE_MS);
    signal.throwIfAborted();
  }
  if (found === undefined) return undefined;
  if (await isServing(found.pid, cluster.directory)) return found;
  // Postgres would clear the file itself, unless another process of ours has been given that number since.
  await rm(pidFile(cluster.directory), { force: true });
  return undefined;
}

/** Starts a server on a free loopback port, and returns once it accepts connections. */
export async function startServer(
  cluster: Cluster,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
  start: ServerStart,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const started = await tryStart(cluster, binaries, user, start);
    start.signal?.throwIfAborted();
    if (started !== undefined) return started;
    // Two passing reasons: another program took the port since we chose it, or the last processes of a killed
    // server still hold its memory. Both end by themselves.
    if (attempt === START_ATTEMPTS_MAX)
      throw new Error(`Postgres did not start. ${cluster.logPath} ends with: ${logTail(cluster.logPath)}`);
    await Bun.sleep(attempt * 100);
  }
}

async function tryStart(
  cluster: Cluster,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
  { port, signal, log }: ServerStart,
): Promise<Postmaster | undefined> {
  const output = openSync(cluster.logPath, isLarge(cluster.logPath) ? "w" : "a", 0o600);
  const child = Bun.spawn([binaries.postgres, ...serverOptions(cluster.directory, port ?? freePort())], {
    stdin: "ignore",
    stdout: output,
    stderr: output,
    // A session of its own: Ctrl-C reaches us, and we stop the server when our last writes are done.
    detached: true,
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  closeSync(output);
  child.unref();
  let started: Postmaster | undefined;
  const settled = await untilSilent(
    async () => {
      if (child.exitCode !== null || child.signalCode !== null || signal?.aborted === true) return true;
      const postmaster = await readPostmaster(cluster.directory);
      if (postmaster?.pid === child.pid && postmaster.ready) started = postmaster;
      return started !== undefined;
    },
    { logPath: cluster.logPath, log },
  );
  if (signal?.aborted === true) await stopServer(child.pid, ABORT_DEADLINE_MS);
  else if (!settled) child.kill("SIGINT");
  return started;
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

function isLarge(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX;
}

function logTail(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(-LOG_TAIL_CHARACTERS).trim();
  } catch {
    return "(no log)";
  }
}
