import type { Subprocess } from "bun";

/**
 * Watches over a program that was started in the background: it is killed, and its directory removed if one is given, when this
 * process is gone, however that comes about. A program that has ended by itself is left alone: its number may be another's by then.
 * Kill what is returned once the directory is gone in another way.
 */
export function endWithUs(program: Subprocess, directory?: string): Subprocess {
  const removal = directory === undefined ? "" : '; read _; rm -rf "$1"';
  // Its standard input ends when this process does: that may be killed at any moment. A line says that the program has ended.
  const watcher = Bun.spawn(
    ["sh", "-c", `read _ || kill -9 "$0"${removal}`, String(program.pid), directory ?? ""],
    { stdin: "pipe", stdout: "ignore", stderr: "ignore", detached: true },
  );
  watcher.unref();
  program.exited
    .then(async () => {
      await watcher.stdin.write("ended\n");
      await watcher.stdin.flush();
    })
    // It was killed before, and has nothing to do any more.
    .catch(() => undefined);
  return watcher;
}
