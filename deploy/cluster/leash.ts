import type { Subprocess } from "bun";

/** Ends another process when this one is gone, however that came about. */
export class Leash {
  readonly #holder: Subprocess;

  constructor(pid: number) {
    // Its standard input ends with this process. A group of its own keeps it from a Ctrl-C that is meant for us.
    this.#holder = Bun.spawn(["sh", "-c", 'read _; kill -9 "$0"', String(pid)], {
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
      detached: true,
    });
    this.#holder.unref();
  }

  /** The process has ended by itself: its number may soon be another's. */
  letGo(): void {
    this.#holder.kill("SIGKILL");
  }
}
