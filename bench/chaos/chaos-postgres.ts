import { existsSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from "../../persistence/embedded/embedded-postgres.ts";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { familyOf, killAll, sendSignal, untilGone } from "./process-family.ts";

/** How a server is told to end: `fast` closes its connections in good order, `immediate` is a crash by request. */
export type StopMode = "fast" | "immediate";

const SIGNALS: Readonly<Record<StopMode, NodeJS.Signals>> = { fast: "SIGINT", immediate: "SIGQUIT" };

/** A real Postgres on loopback to be killed, stopped and started again, always on the same port. */
export class ChaosPostgres {
  readonly #directory: string;
  #server: EmbeddedPostgres;

  private constructor(directory: string, server: EmbeddedPostgres) {
    this.#directory = directory;
    this.#server = server;
  }

  static async start(directory: string): Promise<ChaosPostgres> {
    return new ChaosPostgres(directory, await startEmbeddedPostgres({ directory, log: silentLog }));
  }

  get url(): string {
    return this.#server.url;
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** A process of that number that is not ours does not count: numbers are given out again. */
  get isRunning(): boolean {
    return isAlive(this.#server.pid) && isWithin(this.#server.pid, this.#directory);
  }

  /** kill -9 of the server and all its backends at once. */
  async kill(): Promise<void> {
    await killAll(familyOf(this.#server.pid));
  }

  async shutDown(mode: StopMode): Promise<void> {
    sendSignal(this.#server.pid, SIGNALS[mode]);
    await untilGone([this.#server.pid]);
  }

  /** Starts it again, unless it runs. */
  async revive(): Promise<void> {
    if (this.isRunning) return;
    const { port } = this.#server;
    this.#server = await startEmbeddedPostgres({ directory: this.#directory, log: silentLog, port });
  }

  /** Where the server logs. */
  get logPath(): string {
    return join(this.#directory, "postgres.log");
  }

  /** How many lines of the server's log have this text. */
  logged(text: string): number {
    return readFileSync(this.logPath, "utf8").split(text).length - 1;
  }

  async stop(): Promise<void> {
    if (this.isRunning) await this.#server.stop();
  }
}

/** A server's working directory is its cluster. Without /proc its number has to do. */
function isWithin(pid: number, directory: string): boolean {
  if (!existsSync("/proc/self/cwd")) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(realpathSync(directory));
  } catch {
    return false;
  }
}
