import { readFileSync } from "node:fs";

/** The signals by which a process is told to end: Ctrl-C, SIGTERM, and a terminal that is closed unless it goes on without one. */
export function interruptingSignals(): readonly NodeJS.Signals[] {
  return isHangUpIgnored() ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/** Whether whoever started us (nohup) has us go on without a terminal. See proc_pid_status(5); false where there is none. */
function isHangUpIgnored(): boolean {
  let status: string;
  try {
    status = readFileSync("/proc/self/status", "utf8");
  } catch {
    return false;
  }
  // Signal 1 is the lowest bit.
  const lastDigit = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(status)?.[1] ?? "0";
  return Number.parseInt(lastDigit, 16) % 2 === 1;
}
