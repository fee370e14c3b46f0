import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { endWithUs } from "../../engine/programs/end-with-us.ts";
import { Interrupted } from "../interruption/interruption.ts";

/** How a shop is started. */
export interface ShopProcessOptions {
  readonly dataDirectory: string;
  readonly lanes: number;
  /** 0 takes a free one. */
  readonly port: number;
  /** With the demo catalogue; without it unless told. */
  readonly demo?: boolean;
  /** A Postgres in place of the shop's own, and the secret of all shops on it. */
  readonly shared?: { readonly databaseUrl: string; readonly secret: string };
  /** The cluster that it joins as a node; the database is shared then. */
  readonly cluster?: { readonly natsUrl: string; readonly node: string };
  /** Takes the shared database over from the shop that is open on it. */
  readonly takeOver?: boolean;
  /** Gives the start up: the process has ended when that is told. */
  readonly signal?: AbortSignal;
}

const PROGRAM = fileURLToPath(new URL("../../deploy/stampede.ts", import.meta.url));
/** Lets operators into all nodes of a cluster of shop processes. */
export const CLUSTER_ADMIN_TOKEN = "operators-of-all-nodes-come-in-with-this";

const OPEN_MS_MAX = 60_000;
const POLL_MS = 20;
const LOG_CHARACTERS_MAX = 4_000;

/** Where a shop with that directory logs, over all processes on it. */
export function logPathOf(dataDirectory: string): string {
  return join(dataDirectory, "shop.log");
}

const noteSchema = z.object({
  pid: z.int(),
  port: z.int(),
  adminPort: z.int(),
  databaseUrl: z.string(),
});

/** The real program, run as its own process, which is killed when whoever started it is gone. */
export class ShopProcess {
  readonly #process: Bun.Subprocess;
  readonly #note: z.infer<typeof noteSchema>;
  readonly #logPath: string;

  private constructor(process: Bun.Subprocess, note: z.infer<typeof noteSchema>, logPath: string) {
    this.#process = process;
    this.#note = note;
    this.#logPath = logPath;
  }

  /**
   * Starts a shop and waits until it is open for orders.
   * @throws with the end of its log when it ends instead, or is not open in time; {Interrupted} when it is given up.
   */
  static async start(options: ShopProcessOptions): Promise<ShopProcess> {
    const { dataDirectory, signal } = options;
    const isGivenUp = (): boolean => signal?.aborted === true;
    if (isGivenUp()) throw new Interrupted();
    mkdirSync(dataDirectory, { recursive: true });
    // A file, not a pipe: a shop must not wait for somebody to read what it says.
    const logPath = logPathOf(dataDirectory);
    const log = openSync(logPath, "a");
    const child = Bun.spawn([process.execPath, PROGRAM, "start", ...flagsOf(options)], {
      stdin: "ignore",
      stdout: log,
      stderr: log,
      env: environmentOf(options),
    });
    closeSync(log);
    // Whoever waits for it to open may be gone before it is: a test whose time is over, for example.
    endWithUs(child);
    // In good order, so that it ends the Postgres that it may be starting.
    const giveUp = (): void => child.kill("SIGTERM");
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      return new ShopProcess(child, await untilOpen(child, dataDirectory), logPath);
    } catch (error) {
      if (isGivenUp()) {
        await child.exited;
        throw new Interrupted({ cause: error });
      }
      child.kill("SIGKILL");
      await child.exited;
      throw new Error(
        `${error instanceof Error ? error.message : String(error)}; its log:\n${tailOf(logPath)}`,
        { cause: error },
      );
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#note.port}`;
  }

  get port(): number {
    return this.#note.port;
  }

  get adminPort(): number {
    return this.#note.adminPort;
  }

  get pid(): number {
    return this.#note.pid;
  }

  get databaseUrl(): string {
    return this.#note.databaseUrl;
  }

  /** kill -9: nothing of the process gets to do anything any more. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  /** The same, for whoever cannot wait. A process that has ended is left alone. */
  killSoon(): void {
    this.#process.kill("SIGKILL");
  }

  /** Everything stands still, and the system keeps what arrives. */
  pause(): void {
    this.#process.kill("SIGSTOP");
  }

  resume(): void {
    this.#process.kill("SIGCONT");
  }

  /** Its exit code, once it has ended. */
  get exited(): Promise<number> {
    return this.#process.exited;
  }

  /** How many times its log has this text, over all processes on its directory. */
  logged(text: string): number {
    return readFileSync(this.#logPath, "utf8").split(text).length - 1;
  }

  /** The end of what it has logged, over all processes on its directory. */
  get logTail(): string {
    return tailOf(this.#logPath);
  }

  /** Ends the shop in good order, with its database. Returns its exit code. */
  async stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    return this.#process.exited;
  }
}

/** What a command came to. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the program to its end. */
export async function runStampede(args: readonly string[]): Promise<CommandResult> {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL: undefined, STAMPEDE_SECRET: undefined },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

async function untilOpen(child: Bun.Subprocess, dataDirectory: string): Promise<z.infer<typeof noteSchema>> {
  const endsAtMs = performance.now() + OPEN_MS_MAX;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the shop ended with ${child.exitCode ?? child.signalCode} before it was open`);
    }
    const note = readNote(dataDirectory);
    if (note?.pid === child.pid && (await isReady(note.adminPort))) return note;
    if (performance.now() > endsAtMs) throw new Error(`the shop was not open within ${OPEN_MS_MAX} ms`);
    await Bun.sleep(POLL_MS);
  }
}

function readNote(dataDirectory: string): z.infer<typeof noteSchema> | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(dataDirectory, "shop.json"), "utf8")));
  } catch {
    return undefined;
  }
}

async function isReady(adminPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
    return response.status === 200;
  } catch {
    return false;
  }
}

function flagsOf(options: ShopProcessOptions): readonly string[] {
  const { dataDirectory, lanes, port, cluster, demo = false, takeOver = false } = options;
  const flags = { data: dataDirectory, lanes, port, "admin-port": 0, "log-level": "warn" };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(cluster === undefined ? [] : ["--node", cluster.node]),
    ...(demo ? [] : ["--no-demo"]),
    ...(takeOver ? ["--take-over"] : []),
  ];
}

/** Not the database, the secrets or the cluster of whoever runs the test. */
function environmentOf({ shared, cluster }: ShopProcessOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: shared?.databaseUrl,
    STAMPEDE_SECRET: shared?.secret,
    NATS_URL: cluster?.natsUrl,
    STAMPEDE_ADMIN_TOKEN: cluster === undefined ? undefined : CLUSTER_ADMIN_TOKEN,
  };
}

function tailOf(logPath: string): string {
  return readFileSync(logPath, "utf8").slice(-LOG_CHARACTERS_MAX);
}
