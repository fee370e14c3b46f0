import type { Subprocess } from "bun";

/**
 * Watches over a program that was started in the background: it is killed, and its directory removed if one is given, when this
 * process is gone, however that comes about. Kill what is returned once the program has ended in another way.
 */
export function endWithUs(pid: number, directory?: string): Subprocess {
  const removal = directory === undefined ? "" : '; rm -rf "$1"';
  // Its standard input ends when this process does: that may be killed at any moment.
  const watcher = Bun.spawn(["sh", "-c", `read _; kill -9 "$0"${removal}`, String(pid), directory ?? ""], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
  watcher.unref();
  return watcher;
}
