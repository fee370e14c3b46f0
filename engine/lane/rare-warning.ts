import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

const TOLD_EVERY_MS = 5_000;

/** Tells of what may fail thousands of times: the first failure at once, and one in five seconds after it. */
export class RareWarning {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #message: string;
  /** Failures that were not told yet, and when one was last. */
  #untold = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }, message: string) {
    this.#clock = clock;
    this.#log = log;
    this.#message = message;
  }

  /** Something has failed: tells of it, and how many failures there were since the last one that was told. */
  failed(fields: Readonly<Record<string, unknown>>): void {
    this.#untold += 1;
    const nowMs = this.#clock.nowMs();
    const sinceMs = nowMs - this.#toldAtMs;
    if (sinceMs >= 0 && sinceMs < TOLD_EVERY_MS) return;
    this.#log.warn({ ...fields, failures: this.#untold }, this.#message);
    this.#untold = 0;
    this.#toldAtMs = nowMs;
  }
}
