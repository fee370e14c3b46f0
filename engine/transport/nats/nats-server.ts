import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { endWithUs } from "../../programs/end-with-us.ts";
import { steadyPort } from "../../programs/steady-port.ts";
import { natsProgram } from "./nats-program.ts";

const START_MS = 10_000;
const POLL_MS = 5;
const LOG_CHARACTERS_MAX = 2_000;

// It shares this machine with the nodes, and would use more of it to wake its threads up than to pass frames on.
const ONE_PROCESSOR = { GOMAXPROCS: "1" };

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

  get port(): number {
    return this.#port ?? 0;
  }

  /** What `NATS_URL` has to be, without a user. */
  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Starts the server again, where it was. */
  async start(): Promise<void> {
    this.#port ??= steadyPort();
    // The server writes it into a file of its own once it listens.
    const port = ["--port", String(this.#port), "--ports_file_dir", this.#directory];
    const started = Bun.spawn(
      [this.#program, "--config", this.#configuration, "--addr", "127.0.0.1", ...port, "--log", this.#log],
      {
        env: { ...ONE_PROCESSOR, ...process.env, ...this.#environment },
        stdio: ["ignore", "ignore", Bun.file(this.#errors)],
        // A Ctrl-C in the terminal is for us: whoever still needs the server ends before it.
        detached: true,
      },
    );
    this.#process = started;
    this.#watcher = endWithUs(started, this.#directory);
    const portsFile = join(this.#directory, `nats-server_${started.pid}.ports`);
    const endsAt = performance.now() + START_MS;
    for (;;) {
      if (existsSync(portsFile)) return;
      if (started.exitCode !== null || performance.now() > endsAt) break;
      await Bun.sleep(POLL_MS);
    }
    const said = this.said();
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

  /** What the server has written to its log. */
  said(): string {
    const files = [this.#errors, this.#log].filter((file) => existsSync(file));
    return files.map((file) => readFileSync(file, "utf8")).join("");
  }

  /** Its process; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** CPU that the server has used since it was started, microseconds. Known on Linux only. */
  cpuMicroseconds(): number {
    const fields = readFileSync(`/proc/${this.#process?.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
  }

  /** Ends the server and removes its files. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #log(): string {
    return join(this.#directory, "log");
  }

  get #errors(): string {
    return join(this.#directory, "errors");
  }

  get #configuration(): string {
    return join(this.#directory, "nats-server.conf");
  }
}

// Linux counts in hundredths of a second for programs, whatever the kernel does inside.
const MICROSECONDS_PER_TICK = 10_000;
