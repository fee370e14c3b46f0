import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { endWithUs } from "../../../engine/programs/end-with-us.ts";
import { findServerProgram } from "../../../engine/programs/server-program.ts";
import { steadyPort } from "../../../engine/programs/steady-port.ts";

/** When Redis writes its append-only file through to the disk: before each answer, or once a second. */
export type AppendFsync = "always" | "everysec";

const START_MS = 10_000;
const START_ATTEMPTS_MAX = 5;
const POLL_MS = 5;
const LOG_CHARACTERS_MAX = 2_000;

/**
 * Where redis-server is, or is fetched to.
 * @throws Error that says what to install.
 */
function redisProgram(): Promise<string> {
  return findServerProgram({
    name: "redis-server",
    // The former is a link into the latter.
    packages: ["redis-server", "redis-tools"],
    installation: "apt-get install redis-server, brew install redis, or https://redis.io/download",
  });
}

/** A real redis-server on a free port of this machine, with its files in a temporary folder. Ends with this process. */
export class RedisServer {
  readonly port: number;
  readonly #process: Subprocess;
  readonly #watcher: Subprocess;
  readonly #directory: string;

  private constructor(port: number, started: Subprocess, directory: string) {
    this.port = port;
    this.#process = started;
    this.#directory = directory;
    this.#watcher = endWithUs(started, directory);
  }

  /** Starts a server that keeps an append-only file. @throws Error with what it said, or with what to install. */
  static async start(appendFsync: AppendFsync): Promise<RedisServer> {
    const program = await redisProgram();
    for (let attempt = 1; ; attempt += 1) {
      const directory = mkdtempSync(join(tmpdir(), "stampede-redis-"));
      chmodSync(directory, 0o755);
      const port = steadyPort();
      const server = new RedisServer(port, spawn(program, directory, port, appendFsync), directory);
      if (await server.#isOpen()) return server;
      const said = server.#said();
      await server.stop();
      // Another program may have taken the port since it was found free.
      if (attempt === START_ATTEMPTS_MAX) throw new Error(`redis-server does not start: ${said}`);
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Ends the server and removes its files. */
  async stop(): Promise<void> {
    this.#watcher.kill("SIGKILL");
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #isOpen(): Promise<boolean> {
    const endsAtMs = performance.now() + START_MS;
    while (this.#process.exitCode === null && performance.now() < endsAtMs) {
      if (this.#said().includes("Ready to accept connections")) return true;
      await Bun.sleep(POLL_MS);
    }
    return false;
  }

  #said(): string {
    return readFileSync(join(this.#directory, "log"), "utf8").slice(-LOG_CHARACTERS_MAX).trim();
  }
}

function spawn(program: string, directory: string, port: number, appendFsync: AppendFsync): Subprocess {
  const settings = {
    bind: "127.0.0.1",
    port,
    dir: directory,
    save: "",
    appendonly: "yes",
    appendfsync: appendFsync,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const log = Bun.file(join(directory, "log"));
  // A Ctrl-C in the terminal is for us: whoever still needs the server ends before it.
  return Bun.spawn([program, ...options], { stdio: ["ignore", log, log], detached: true });
}
