import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DataDirectory } from "../shop/data-directory.ts";

const POLL_MS = 20;

/** A node that runs on a directory of the cluster, whoever started it. */
export interface OtherNode {
  readonly name: string;
  readonly pid: number;
}

/** Nodes with data below the cluster's own that somebody started by hand, or that an earlier cluster has left; all but `own`. */
export function otherNodes(dataDirectory: string, own: readonly number[]): readonly OtherNode[] {
  if (!existsSync(dataDirectory)) return [];
  return readdirSync(dataDirectory, { withFileTypes: true }).flatMap((entry) => {
    const pid = entry.isDirectory() ? DataDirectory.holder(join(dataDirectory, entry.name)) : undefined;
    return pid === undefined || own.includes(pid) ? [] : { name: entry.name, pid };
  });
}

/** Tells a node to end, and ends it when it takes longer than this. Returns whether it had to be killed. */
export async function endOtherNode(
  dataDirectory: string,
  node: OtherNode,
  withinMs: number,
): Promise<boolean> {
  const endsAtMs = performance.now() + withinMs;
  const isThere = (): boolean => DataDirectory.holder(join(dataDirectory, node.name)) === node.pid;
  signal(node.pid, "SIGTERM");
  while (isThere() && performance.now() < endsAtMs) await Bun.sleep(POLL_MS);
  const isKilled = isThere();
  if (isKilled) signal(node.pid, "SIGKILL");
  while (isThere()) await Bun.sleep(POLL_MS);
  return isKilled;
}

/** One that has ended meanwhile need not be told. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
