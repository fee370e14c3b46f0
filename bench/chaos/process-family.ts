import { readdirSync, readFileSync } from "node:fs";
import { isAlive, until } from "../../persistence/embedded/postmaster.ts";

const GONE_MS_MAX = 10_000;

/** A process and its children. Only Linux tells: elsewhere the process alone. */
export function familyOf(pid: number): readonly number[] {
  return [pid, ...processes().filter((other) => parentOf(other) === pid)];
}

/**
 * Kills processes, all of them before any can notice, and waits until they are gone.
 * @throws when one of them stays.
 */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) sendSignal(pid, "SIGKILL");
  await untilGone(pids);
}

/** @throws when one of them stays. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  if (await until(() => pids.every((pid) => !isAlive(pid)), GONE_MS_MAX)) return;
  throw new Error(`waited ${GONE_MS_MAX} ms in vain until processes ${pids.join(", ")} ended`);
}

/** Sends a signal; a process that is gone already needs none. */
export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function processes(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** See proc_pid_stat(5): the name stands in parentheses and may hold anything, the parent is the second field after it. */
function parentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
