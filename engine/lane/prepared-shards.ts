import { assert } from "../contract/assert.ts";
import type { Clock } from "../ports/clock.ts";
import { ForwardClock } from "../ports/forward-clock.ts";
import type { Log } from "../ports/log.ts";
import type { LaneLimits } from "./limits.ts";
import { Reading, ReadingTurns } from "./reading-turns.ts";
import { beginTails } from "./shard-recovery.ts";
import type { RecoverySources, Tail } from "./tail.ts";

/** What preparing needs of its lane. */
export interface PreparedShardsDependencies {
  readonly lane: number;
  readonly sources: RecoverySources;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneLimits;
}

/** A shard that is read while another owner has it. */
interface Prepared {
  /** Undefined when it could not be read. */
  readonly tail: Promise<Tail | undefined>;
  readonly reading: Reading;
  readonly untilMs: number;
}

/**
 * Shards that another owner still has, read ahead, so that little is left to read when they are taken over: kept for
 * `preparedForMs`, and read on from where they are when they are prepared again. Reading them leaves the lane to those that it
 * serves, until they are taken over: from then on clients wait for it.
 */
export class PreparedShards {
  readonly #dependencies: PreparedShardsDependencies;
  readonly #prepared = new Map<number, Prepared>();
  readonly #turns: ReadingTurns;
  readonly #clock: ForwardClock;

  constructor(dependencies: PreparedShardsDependencies) {
    this.#dependencies = dependencies;
    this.#clock = new ForwardClock(dependencies.clock);
    this.#turns = new ReadingTurns(dependencies.clock, dependencies.limits);
  }

  has(shard: number): boolean {
    return this.#prepared.has(shard);
  }

  /**
   * Reads these shards as far as the journal goes now. Returns why those could not be read that could not, by shard: they are
   * kept no longer. One that was taken, forgotten, or asked for again meanwhile is not among them; one that was forgotten is not
   * waited for.
   */
  async read(shards: readonly number[]): Promise<ReadonlyMap<number, unknown>> {
    const { limits } = this.#dependencies;
    const faults = new Map<number, unknown>();
    const untilMs = this.#clock.nowMs() + limits.preparedForMs;
    const reads = shards.map(async (shard) => {
      const earlier = this.#prepared.get(shard);
      const reading = earlier?.reading ?? new Reading(this.#turns);
      const read = this.#readOn(shard, earlier?.tail, reading);
      const entry = { tail: read.catch(() => undefined), reading, untilMs };
      this.#prepared.set(shard, entry);
      try {
        await Promise.race([read, reading.dropped]);
      } catch (error) {
        if (this.#prepared.get(shard) !== entry) return;
        this.#prepared.delete(shard);
        faults.set(shard, error);
      }
    });
    await Promise.all(reads);
    return faults;
  }

  /** Takes what was read of these shards: from now on nobody else reads them on. What is left of one is read in one go. */
  async take(shards: readonly number[]): Promise<ReadonlyMap<number, Tail>> {
    const taken = shards.flatMap((shard) => {
      const entry = this.#prepared.get(shard);
      this.#prepared.delete(shard);
      entry?.reading.hurry();
      return entry === undefined ? [] : [[shard, entry.tail] as const];
    });
    const tails = new Map<number, Tail>();
    for (const [shard, reading] of taken) {
      const tail = await reading;
      if (tail !== undefined) tails.set(shard, tail);
    }
    return tails;
  }

  forget(shard: number): void {
    this.#prepared.get(shard)?.reading.drop();
    this.#prepared.delete(shard);
  }

  /** Forgets all of them. Returns them. */
  forgetAll(): readonly number[] {
    const all = [...this.#prepared.keys()];
    for (const shard of all) this.forget(shard);
    return all;
  }

  /** Forgets those whose time is over. Returns them. */
  expire(): readonly number[] {
    const { log, lane } = this.#dependencies;
    const nowMs = this.#clock.nowMs();
    const over = [...this.#prepared].filter(([, { untilMs }]) => untilMs < nowMs).map(([shard]) => shard);
    for (const shard of over) this.forget(shard);
    if (over.length > 0) log.info({ lane, shards: over }, "prepared shards were not taken over in time");
    return over;
  }

  async #readOn(
    shard: number,
    earlier: Promise<Tail | undefined> | undefined,
    reading: Reading,
  ): Promise<Tail | undefined> {
    const { sources } = this.#dependencies;
    const known = await earlier;
    return reading.run(async () => {
      if (reading.urgency === "never") return known;
      // Also when what was to be read on turned out to be unreadable at that time.
      const tail = known ?? (await beginTails([shard], sources, reading.piece)).get(shard);
      assert(tail !== undefined, "every shard that is read has a tail");
      await tail.readOn(reading);
      return tail;
    });
  }
}
