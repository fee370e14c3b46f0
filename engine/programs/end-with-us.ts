import type { Subprocess } from "bun";

/**
 * Watches over a server that was started in the background: it is killed, and its directory removed, when this process is
 * gone, however that comes about. Kill what is returned once the server has ended in another way.
 */
export function endWithUs(pid: number, directory: string): Subprocess {
  // Its standard input ends when this process does: that may be killed at any moment.
  const watcher = Bun.spawn(["sh", "-c", 'read _; kill -9 "$0"; rm -rf "$1"', String(pid), directory], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
  watcher.unref();
  return watcher;
}
