import type { Log } from "../../engine/ports/log.ts";

interface Closer {
  readonly what: string;
  readonly close: () => Promise<void> | void;
}

/** What was started, and has to be ended in the opposite order. */
export class Closers {
  readonly #log: Log;
  readonly #closers: Closer[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** Something was started, or is starting. */
  add(what: string, close: () => Promise<void> | void): void {
    this.#closers.push({ what, close });
  }

  /** Ends everything, newest first. A part that fails to end does not keep the others from it. */
  async close(): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      try {
        await closer.close();
      } catch (error) {
        this.#log.warn({ err: error, part: closer.what }, "could not end cleanly");
      }
    }
  }
}
