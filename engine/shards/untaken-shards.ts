import type { Clock } from "../ports/clock.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { Log } from "../ports/log.ts";
import type { SkippedShard } from "./plan.ts";

// Whoever is about to start, or ends with all the others, has done so by then.
const TOLD_AFTER_MS = 3_000;

/** Says once that shards stay with nobody, since no node takes shards: operators have closed those that live. */
export class UntakenShards {
  readonly #clock: Clock;
  readonly #log: Log;
  #sinceMs: number | undefined;
  #isTold = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = new ForwardClock(clock);
    this.#log = log;
  }

  /** `untaken` are those at this moment. */
  look(untaken: readonly SkippedShard[]): void {
    const nowMs = this.#clock.nowMs();
    this.#sinceMs = untaken.length === 0 ? undefined : (this.#sinceMs ?? nowMs);
    this.#isTold &&= this.#sinceMs !== undefined;
    if (this.#isTold || this.#sinceMs === undefined || nowMs - this.#sinceMs < TOLD_AFTER_MS) return;
    this.#isTold = true;
    const nodes = [...new Set(untaken.map(({ at }) => at?.node))];
    this.#log.warn(
      { shards: untaken.length, nodes },
      "shards that nobody serves stay so: no node takes shards until one is undrained, or starts",
    );
  }
}
