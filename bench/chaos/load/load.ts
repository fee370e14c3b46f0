import { fileURLToPath } from "node:url";
import {
  LOAD_SETTINGS_VARIABLE,
  type LoadOrder,
  type LoadReport,
  type LoadSettings,
  type ProbeAnswer,
} from "./load-messages.ts";

const PROGRAM = fileURLToPath(new URL("./load-process.ts", import.meta.url));

/** The crowd, as seen by whoever torments its shop. */
export class Load {
  readonly #process: Bun.Subprocess;
  #heard: (report: LoadReport) => void = () => undefined;
  #gone: (error: Error) => void = () => undefined;
  #served: Promise<number> = new Promise(() => undefined);
  #serve: (atMs: number) => void = () => undefined;
  readonly #probes: ((answered: ProbeAnswer) => void)[] = [];

  private constructor(settings: LoadSettings) {
    this.#process = Bun.spawn([process.execPath, PROGRAM], {
      env: { ...process.env, [LOAD_SETTINGS_VARIABLE]: JSON.stringify(settings) },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
      ipc: (report: LoadReport) => this.#hear(report),
      onExit: (_, code, signal) => this.#gone(new Error(`the crowd ended with ${code ?? signal}`)),
    });
  }

  /** Starts a crowd and waits until it is ready to shop. */
  static async start(settings: LoadSettings, deadlineMs: number): Promise<Load> {
    const load = new Load(settings);
    try {
      await load.#report("ready", deadlineMs);
      return load;
    } catch (error) {
      load.kill();
      throw error;
    }
  }

  shop(): void {
    this.#tell({ type: "shop" });
  }

  move(url: string): void {
    this.#tell({ type: "move", url });
  }

  /** Everybody buys as fast as they are answered, until {@link mark}. */
  rush(): void {
    this.#tell({ type: "rush" });
  }

  /** From now on {@link served} is about orders that are checked out after this. */
  mark(): void {
    this.#served = new Promise((resolve) => {
      this.#serve = resolve;
    });
    this.#tell({ type: "mark" });
  }

  /** When the first order since the mark was acknowledged, milliseconds since the epoch. */
  served(deadlineMs: number): Promise<number> {
    return within(this.#served, deadlineMs, "an order was acknowledged again");
  }

  /** Asks each of these shards something, at these shops. Resolves when all of them have answered. */
  probe(shards: readonly number[], urls: readonly string[], deadlineMs: number): Promise<ProbeAnswer> {
    const answered = new Promise<ProbeAnswer>((resolve) => {
      const id = this.#probes.push(resolve) - 1;
      this.#tell({ type: "probe", id, shards, urls });
    });
    return within(answered, deadlineMs, `${shards.length} shards had answered`);
  }

  /** Waits until all orders have ended. */
  rest(deadlineMs: number): Promise<Extract<LoadReport, { readonly type: "resting" }>> {
    const resting = this.#report("resting", deadlineMs);
    this.#tell({ type: "rest" });
    return resting;
  }

  async end(): Promise<void> {
    this.#gone = () => undefined;
    if (this.#process.exitCode !== null) return;
    this.#tell({ type: "end" });
    await this.#process.exited;
  }

  kill(): void {
    this.#gone = () => undefined;
    this.#process.kill("SIGKILL");
  }

  #tell(order: LoadOrder): void {
    this.#process.send(order);
  }

  #hear(report: LoadReport): void {
    if (report.type === "failed") this.#gone(new Error(`the crowd failed: ${report.detail}`));
    else if (report.type === "served") this.#serve(report.atMs);
    else if (report.type === "answered") this.#probes[report.id]?.(report.answered);
    else this.#heard(report);
  }

  #report<Type extends LoadReport["type"]>(
    type: Type,
    deadlineMs: number,
  ): Promise<Extract<LoadReport, { readonly type: Type }>> {
    const awaited = new Promise<Extract<LoadReport, { readonly type: Type }>>((resolve, reject) => {
      this.#gone = reject;
      this.#heard = (report) => {
        if (report.type === type) resolve(report as Extract<LoadReport, { readonly type: Type }>);
      };
    });
    return within(awaited, deadlineMs, `the crowd was ${type}`);
  }
}

/** @throws an error that says what was waited for. */
async function within<Value>(awaited: Promise<Value>, deadlineMs: number, what: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`waited ${deadlineMs} ms in vain until ${what}`)),
    deadlineMs,
  );
  return Promise.race([awaited, late.promise]).finally(() => clearTimeout(timer));
}
