import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded-postgres.ts";
import { isAlive } from "./postmaster.ts";

/** How often a server that dies is started again. */
export interface KeepLimits {
  /** Starts within `withinMs`; one more death is taken for a fault that starting does not cure. */
  readonly restartsMax: number;
  readonly withinMs: number;
  /** Pause after a start that failed, ms. */
  readonly pauseMs: number;
}

/** Enough for accidents; a server that dies every minute is no accident. */
export const defaultKeepLimits: KeepLimits = { restartsMax: 5, withinMs: 5 * 60_000, pauseMs: 500 };

const LOOK_EVERY_MS = 100;

/**
 * An embedded Postgres that is started again, on the same port, when it dies (killed, or out of memory). What it has
 * acknowledged is in its write-ahead log; its clients connect again.
 */
export class KeptPostgres {
  readonly #options: EmbeddedPostgresOptions;
  readonly #failed: (error: Error) => void;
  readonly #limits: KeepLimits;
  /** When it was started again, newest last, milliseconds of the process. */
  #restartsAtMs: number[] = [];
  #server: EmbeddedPostgres;
  #timer: Timer | undefined;
  #restarting: Promise<void> | undefined;
  #isStopping = false;

  private constructor(
    server: EmbeddedPostgres,
    options: EmbeddedPostgresOptions,
    failed: (error: Error) => void,
    limits: KeepLimits,
  ) {
    this.#server = server;
    this.#options = options;
    this.#failed = failed;
    this.#limits = limits;
    this.#lookLater();
  }

  /**
   * Starts the server and keeps it. `failed` is called once, when it died too often.
   * @throws as {@link startEmbeddedPostgres} does.
   */
  static async start(
    options: EmbeddedPostgresOptions,
    failed: (error: Error) => void,
    limits: KeepLimits = defaultKeepLimits,
  ): Promise<KeptPostgres> {
    return new KeptPostgres(await startEmbeddedPostgres(options), options, failed, limits);
  }

  /** Connection URL, with the password: not for logs. The same after a restart. */
  get url(): string {
    return this.#server.url;
  }

  /** The process of the moment. */
  get pid(): number {
    return this.#server.pid;
  }

  /** It died, and is not there again. */
  get isRestarting(): boolean {
    return this.#restarting !== undefined;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#restarting;
    await this.#server.stop();
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => {
      if (isAlive(this.#server.pid)) this.#lookLater();
      else this.#restarting = this.#restart().finally(() => (this.#restarting = undefined));
    }, LOOK_EVERY_MS);
  }

  /** Starts the server again, as often as is allowed. */
  async #restart(): Promise<void> {
    const { log } = this.#options;
    const { port, pid } = this.#server;
    log.error({ pid }, "embedded Postgres died; starting it again");
    while (!this.#isStopping) {
      if (!this.#mayStart()) return;
      try {
        this.#server = await startEmbeddedPostgres({ ...this.#options, port });
        if (!this.#isStopping) this.#lookLater();
        return;
      } catch (error) {
        log.error({ err: error }, "embedded Postgres did not start again; will try again");
        await Bun.sleep(this.#limits.pauseMs);
      }
    }
  }

  /** Counts one more start, and gives up when there were too many. */
  #mayStart(): boolean {
    const { restartsMax, withinMs } = this.#limits;
    const nowMs = performance.now();
    this.#restartsAtMs = this.#restartsAtMs.filter((atMs) => nowMs - atMs < withinMs);
    if (this.#restartsAtMs.length >= restartsMax) {
      this.#failed(
        new Error(
          `embedded Postgres died or did not start ${restartsMax + 1} times within ${withinMs / 1_000} s: ` +
            `see postgres.log in ${this.#options.directory}`,
        ),
      );
      return false;
    }
    this.#restartsAtMs.push(nowMs);
    return true;
  }
}
