import { existsSync, readFileSync } from "node:fs";

// The second field of a process' line is its name in parentheses, and may hold blanks; the start time is the 20th field after it.
const STARTED_AT = 19;

/** When a process was started, as the system counts it; empty when it is gone. With its number it names a process for good. */
export function processStartedAt(pid: number): string {
  if (existsSync("/proc/self/stat")) {
    const fields = (lineOf(pid).split(") ").at(-1) ?? "").split(" ");
    // One that has ended and waits to be collected is gone.
    return fields[0] === "Z" ? "" : (fields[STARTED_AT] ?? "");
  }
  const answer = Bun.spawnSync(["ps", "-o", "lstart=", "-p", String(pid)]);
  return answer.stdout.toString().trim();
}

/** See proc_pid_stat(5); empty when the process is gone, or goes while it is read. */
function lineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}
