import { existsSync } from "node:fs";
import { stopEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { KeptPostgres } from "../../persistence/embedded/kept-postgres.ts";
import type { Log } from "../../engine/ports/log.ts";
import { ConfigError } from "../config.ts";
import type { DataDirectory } from "./data-directory.ts";

/** How a shop runs its own Postgres. */
export interface ShopPostgresOptions {
  /** Empties the shop first. */
  readonly fresh: boolean;
  readonly log: Log;
  /** It died too often. */
  readonly failed: (error: Error) => void;
}

/** The Postgres of a shop without a DATABASE_URL, from the moment at which it begins to start. */
export class ShopPostgres {
  readonly #aborted = new AbortController();
  readonly #starting: Promise<KeptPostgres>;

  /** Begins to start it. */
  constructor(directory: DataDirectory, options: ShopPostgresOptions) {
    this.#starting = this.#start(directory, options);
  }

  /** Connection URL, once it accepts connections. Rejects when it cannot be started, or was stopped. */
  get url(): Promise<string> {
    return this.#starting.then(({ url }) => url);
  }

  /** Ends it, also when it is only starting. */
  async stop(): Promise<void> {
    this.#aborted.abort();
    const started = await this.#starting.catch(() => undefined);
    await started?.stop();
  }

  async #start(directory: DataDirectory, { fresh, log, failed }: ShopPostgresOptions): Promise<KeptPostgres> {
    // Whoever waits for his shop to come back must not find an empty one.
    if (existsSync(directory.restoringDirectory))
      throw new ConfigError(
        `--data: a restore into ${directory.path} did not come to its end: repeat it, or remove ${directory.restoringDirectory}`,
      );
    const options = { directory: directory.databaseDirectory, log, signal: this.#aborted.signal };
    if (fresh) {
      // The old database may still run after a crash. It need not be one that could be started.
      await stopEmbeddedPostgres(options);
      // That may have taken a while: whoever has given the start up meanwhile keeps the shop.
      options.signal.throwIfAborted();
      const isReplaced = existsSync(directory.databaseDirectory);
      directory.empty();
      // A command that was typed once comes back with the arrow keys: whoever loses a shop to it shall see by what.
      if (isReplaced)
        log.warn({}, `--fresh has removed the database that was there: ${directory.databaseDirectory}`);
    }
    return KeptPostgres.start(options, failed);
  }
}
