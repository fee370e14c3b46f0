import { readFileSync } from "node:fs";

/** Memory of a process, bytes; null where the system does not tell. */
export interface ProcessMemory {
  readonly residentBytes: number | null;
  /** The most that was ever resident at a time. */
  readonly peakBytes: number | null;
}

/** Reads how much memory a process of this machine has in use (proc_pid_status(5)). */
export function readMemory(pid: number): ProcessMemory {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return { residentBytes: null, peakBytes: null };
  }
  return { residentBytes: field(status, "VmRSS"), peakBytes: field(status, "VmHWM") };
}

function field(status: string, name: string): number | null {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
