import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { natsProgram } from "./nats-program.ts";

const START_MS = 10_000;
const POLL_MS = 5;
const LOG_CHARACTERS_MAX = 2_000;

/** How a {@link NatsServer} is started. */
export interface NatsServerOptions {
  /** Text of a configuration file; without it, everybody on this machine may do everything. */
  readonly configuration?: string;
  /** Environment variables that the configuration names. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real nats-server on a free port of this machine, with its files in a temporary folder. Ends with this process. */
export class NatsServer {
  readonly #program: string;
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #port: number | undefined;
  #process: Subprocess | undefined;
  #watcher: Subprocess | undefined;

  private constructor(program: string, { configuration = "", environment = {} }: NatsServerOptions) {
    this.#program = program;
    this.#environment = environment;
    this.#directory = mkdtempSync(join(tmpdir(), "stampede-nats-"));
    chmodSync(this.#directory, 0o755);
    writeFileSync(this.#configuration, configuration);
  }

  /** Starts a server. @throws Error with what it said when it does not start, or with what to install. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(await natsProgram(), options);
    await server.start();
    return server;
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** What `NATS_URL` has to be, without a user. */
  get url(): string {
    return `nats://${this.address}`;
  }

  /** Starts the server again, where it was. */
  async start(): Promise<void> {
    // Port -1 is a free one, which the server writes into a file of its own.
    const port = ["--port", String(this.#port ?? -1), "--ports_file_dir", this.#directory];
    const log = join(this.#directory, "log");
    const started = Bun.spawn(
      [this.#program, "--config", this.#configuration, "--addr", "127.0.0.1", ...port, "--log", log],
      { env: { ...process.env, ...this.#environment }, stdio: ["ignore", "ignore", Bun.file(`${log}.err`)] },
    );
    this.#process = started;
    this.#watcher = endWithUs(started.pid, this.#directory);
    const portsFile = join(this.#directory, `nats-server_${started.pid}.ports`);
    const endsAt = performance.now() + START_MS;
    for (;;) {
      const ports = readPort(portsFile);
      if (ports !== undefined) {
        this.#port = ports;
        return;
      }
      if (started.exitCode !== null || performance.now() > endsAt) break;
      await Bun.sleep(POLL_MS);
    }
    const said = [`${log}.err`, log]
      .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""))
      .join("");
    await this.stop();
    throw new Error(`nats-server does not start: ${said.slice(-LOG_CHARACTERS_MAX).trim()}`);
  }

  /** Ends the server at once, as a crash does; it can be started again. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#watcher?.kill("SIGKILL");
    running.kill("SIGKILL");
    await running.exited;
    this.#process = undefined;
  }

  /** Lets the server stand still, or go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(signal);
  }

  /** CPU that the server has used since it was started, microseconds. Known on Linux only. */
  cpuMicroseconds(): number {
    const fields = readFileSync(`/proc/${this.#process?.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return ticks * MICROSECONDS_PER_TICK;
  }

  /** Ends the server and removes its files. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #configuration(): string {
    return join(this.#directory, "nats-server.conf");
  }
}

// Linux counts in hundredths of a second for programs, whatever the kernel does inside.
const MICROSECONDS_PER_TICK = 10_000;

function readPort(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const port = /:(\d+)"/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

// Its standard input ends when this process does, however that comes about: a run may be killed at any moment.
function endWithUs(pid: number, directory: string): Subprocess {
  const watcher = Bun.spawn(["sh", "-c", 'read _; kill -9 "$0"; rm -rf "$1"', String(pid), directory], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
  watcher.unref();
  return watcher;
}
