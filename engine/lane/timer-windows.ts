import type { Log } from "../ports/log.ts";
import type { SnapshotStore, StoredTimers } from "../ports/snapshots.ts";
import type { LaneTime } from "./lane-time.ts";
import type { LaneLimits } from "./limits.ts";
import type { Shard } from "./shard.ts";

// The next window is read so long before it begins, ms: many times what the read takes.
const LEAD_MS = 10_000;

/** What the windows need of their lane. */
export interface TimerWindowsDependencies {
  readonly lane: number;
  readonly shards: ReadonlyMap<number, Shard>;
  readonly snapshots: SnapshotStore;
  readonly time: LaneTime;
  readonly log: Log;
  readonly limits: LaneLimits;
  /** Timers have come that may be due earlier than any other. */
  readonly wake: () => void;
}

/** Keeps the timers of actors that are not in memory bounded, and reads the next ones from the store in time. */
export class TimerWindows {
  readonly #dependencies: TimerWindowsDependencies;
  #isReading = false;

  constructor(dependencies: TimerWindowsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Called now and then. While timers are read none is left to the store: the read might have missed it. */
  tend(): void {
    if (this.#isReading) return;
    const { shards, time, log, lane, limits } = this.#dependencies;
    const { timerWindowLength } = limits;
    const beforeMs = time.nowMs() + LEAD_MS;
    const ending: Shard[] = [];
    for (const shard of shards.values()) {
      const { timers } = shard;
      if (timers.isFull(timerWindowLength))
        timers.spill(timerWindowLength, (addressText) => shard.cells.has(addressText));
      if (timers.untilMs < beforeMs) ending.push(shard);
    }
    if (ending.length === 0) return;
    this.#isReading = true;
    this.#read(ending)
      .catch((error: unknown) => log.warn({ err: error, lane }, "timers could not be read; will try again"))
      .finally(() => {
        this.#isReading = false;
      });
  }

  async #read(ending: readonly Shard[]): Promise<void> {
    const { snapshots, shards, limits, wake } = this.#dependencies;
    const wanted = ending.map(({ number, timers }) => ({ shard: number, afterMs: timers.untilMs }));
    const windows: readonly StoredTimers[] = await snapshots.timers(wanted, limits.timerWindowLength);
    for (const [index, shard] of ending.entries()) {
      const window = windows[index];
      // A lane that has recovered meanwhile has read its own.
      if (window !== undefined && shards.get(shard.number) === shard) shard.timers.take(window);
    }
    wake();
  }
}
