import { existsSync, readFileSync } from "node:fs";
import { readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";

/** A server as its own file `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** The server accepts connections. */
  readonly ready: boolean;
}

// Lines of postmaster.pid, see src/include/utils/pidfile.h of Postgres.
const PID_LINE = 0;
const PORT_LINE = 3;
const STATUS_LINE = 7;
const POLL_MS = 5;
// A server makes its file and fills it in one go; one that stays empty is what a crash or a full disk has left.
const COMPLETE_MS_MAX = 2_000;

/** Reads `postmaster.pid` of a cluster. Undefined when there is none or it is not complete yet. */
export async function readPostmaster(clusterDirectory: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(clusterDirectory), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[PID_LINE]);
  const port = Number(lines[PORT_LINE]);
  if (!Number.isInteger(pid) || pid <= 1 || !Number.isInteger(port) || port <= 0) return undefined;
  return { pid, port, ready: lines[STATUS_LINE]?.trim() === "ready" };
}

/** Reads it as {@link readPostmaster}, once a server that is just claiming the cluster has had the time to complete its file. */
export async function readCompletePostmaster(clusterDirectory: string): Promise<Postmaster | undefined> {
  let found: Postmaster | undefined;
  await until(async () => {
    found = await readPostmaster(clusterDirectory);
    return found !== undefined || !existsSync(pidFile(clusterDirectory));
  }, COMPLETE_MS_MAX);
  return found;
}

/** The path of the file by which a server claims its cluster. */
export function pidFile(clusterDirectory: string): string {
  return join(clusterDirectory, "postmaster.pid");
}

/** Tells whether `pid` is a living server of this cluster, and not another process that was given its number. */
export async function isServing(pid: number, clusterDirectory: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  // A server's working directory is its cluster. Without /proc we have to take the file's word.
  if (!existsSync("/proc/self/cwd")) return true;
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => "");
  return workingDirectory === (await realpath(clusterDirectory));
}

/** Tells whether a process of that number runs. One that has ended and waits to be collected does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  try {
    // The state follows the name, which is in parentheses and may hold anything.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return true;
  }
}

/**
 * Asks a server to stop at once (open transactions are aborted) and waits until it has gone.
 * @throws when it does not go.
 */
export async function stopServer(pid: number, deadlineMs: number): Promise<void> {
  signal(pid, "SIGINT");
  const stopped = await until(() => !isAlive(pid), deadlineMs);
  if (stopped) return;
  // Nothing is lost by this: the next start replays the write-ahead log.
  signal(pid, "SIGQUIT");
  if (await until(() => !isAlive(pid), deadlineMs)) return;
  throw new Error(`Postgres (process ${pid}) does not stop: end it, then start again.`);
}

/** Waits until `condition` holds. Returns false when it does not within `deadlineMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
): Promise<boolean> {
  const endsAt = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > endsAt) return false;
    await Bun.sleep(POLL_MS);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone already: what we want.
  }
}
