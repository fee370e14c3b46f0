import { readFileSync } from "node:fs";
import { DEFAULT_LIMITS } from "../../gateway/server/limits.ts";

// The rest is for pages that are loaded, for probes and operators, and for the connections to Postgres and NATS.
const SHARE_OF_SOCKETS = 3 / 4;

/** How many files and connections this process may have open at a time; undefined where only Linux would tell. */
export function openFilesMax(): number | undefined {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * How many sockets each of so many gateways may take, so that a crowd which is larger is refused before the process can open nothing
 * any more: then nobody would be answered, neither its probes, and no connection to Postgres could be renewed.
 */
export function socketsPerGateway(openFiles: number | undefined, gateways: number): number {
  const share = Math.floor(((openFiles ?? Infinity) * SHARE_OF_SOCKETS) / gateways);
  return Math.max(1, Math.min(DEFAULT_LIMITS.socketsMax, share));
}
