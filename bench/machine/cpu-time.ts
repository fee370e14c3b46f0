import { readdirSync, readFileSync } from "node:fs";

/** CPU time that a run's processes have used so far, microseconds; null where the system does not tell. */
export interface CpuTime {
  readonly shopMicros: number | null;
  readonly postgresMicros: number | null;
  readonly generatorMicros: number;
}

/** Processes whose CPU time is measured, beside this one. */
export interface MeasuredProcesses {
  /** All nodes of the shop; a reason for people when not all of them are known. */
  readonly shopPids: readonly number[] | string;
  /** The server process, whose children do its work. */
  readonly postgresPid: number | undefined;
}

/** Why the CPU time of the shop or of Postgres cannot be measured, for people; null when both can. */
export function cpuUnknownBecause({ shopPids, postgresPid }: MeasuredProcesses): string | null {
  if (typeof shopPids === "string") return shopPids;
  return postgresPid === undefined ? "Postgres does not run on this machine" : null;
}

// The kernel counts in hundredths of a second on every platform that Bun runs on (sysconf(_SC_CLK_TCK)).
const TICK_MICROS = 10_000;

/** Reads how much CPU time everybody has used since they were started. */
export function readCpuTime({ shopPids, postgresPid }: MeasuredProcesses): CpuTime {
  const { user, system } = process.cpuUsage();
  return {
    shopMicros: typeof shopPids === "string" ? null : sumOf(shopPids),
    postgresMicros: postgresPid === undefined ? null : readFamily(postgresPid),
    generatorMicros: user + system,
  };
}

/** CPU time of processes, microseconds; null unless all of them are there. */
function sumOf(pids: readonly number[]): number | null {
  let sumMicros = 0;
  for (const pid of pids) {
    const found = readProcess(pid);
    if (found === undefined) return null;
    sumMicros += found.ownMicros;
  }
  return sumMicros;
}

/** What was used between two readings; null where a process is gone, or another one was read than before. */
export function cpuTimeBetween(earlier: CpuTime, later: CpuTime): CpuTime {
  return {
    shopMicros: difference(earlier.shopMicros, later.shopMicros),
    postgresMicros: difference(earlier.postgresMicros, later.postgresMicros),
    generatorMicros: later.generatorMicros - earlier.generatorMicros,
  };
}

/** The parent of a process on this machine that is called `name`; undefined when there is no such process. */
export function parentNamed(pid: number, name: string): number | undefined {
  const found = readProcess(pid);
  return found?.name === name ? found.parentPid : undefined;
}

function difference(earlier: number | null, later: number | null): number | null {
  // A family whose members have ended between two looks at them may seem to have used less than before.
  return earlier === null || later === null || later < earlier ? null : later - earlier;
}

interface ProcessTimes {
  readonly name: string;
  readonly parentPid: number;
  readonly ownMicros: number;
  /** Of children that have ended. */
  readonly endedMicros: number;
}

/** CPU time of a process, its children that live, and those that have ended, microseconds; null when it is not there. */
export function readFamily(pid: number): number | null {
  const parent = readProcess(pid);
  if (parent === undefined) return null;
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((found) => found?.parentPid === pid);
  const liveMicros = children.reduce((sum, child) => sum + (child?.ownMicros ?? 0), 0);
  return parent.ownMicros + parent.endedMicros + liveMicros;
}

/** See proc_pid_stat(5). The name stands in parentheses and may hold anything, so the fields are counted after it. */
function readProcess(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const nameEnd = text.lastIndexOf(")");
  const fields = text.slice(nameEnd + 2).split(" ");
  const ticks = (index: number): number => Number(fields[index]) * TICK_MICROS;
  return {
    name: text.slice(text.indexOf("(") + 1, nameEnd),
    parentPid: Number(fields[1]),
    ownMicros: ticks(11) + ticks(12),
    endedMicros: ticks(13) + ticks(14),
  };
}
