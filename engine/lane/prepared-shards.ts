import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { LaneLimits } from "./limits.ts";
import { beginTails, type RecoverySources, type Tail } from "./shard-recovery.ts";

/** What preparing needs of its lane. */
export interface PreparedShardsDependencies {
  readonly lane: number;
  readonly sources: RecoverySources;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneLimits;
}

/** A shard that was read while another owner has it. */
interface Prepared {
  /** Undefined when it could not be read. */
  tail: Promise<Tail | undefined>;
  untilMs: number;
}

/**
 * Shards that another owner still has, read ahead, so that little is left to read when they are taken over: kept for
 * `preparedForMs`, and read on from where they are when they are prepared again.
 */
export class PreparedShards {
  readonly #dependencies: PreparedShardsDependencies;
  readonly #prepared = new Map<number, Prepared>();

  constructor(dependencies: PreparedShardsDependencies) {
    this.#dependencies = dependencies;
  }

  has(shard: number): boolean {
    return this.#prepared.has(shard);
  }

  /**
   * Reads these shards as far as the journal goes now.
   * @throws when one of them cannot be read; it is not kept then.
   */
  async read(shards: readonly number[]): Promise<void> {
    const { sources, clock, limits } = this.#dependencies;
    const fresh = shards.filter((shard) => !this.#prepared.has(shard));
    const begun = beginTails(fresh, sources);
    const reads = shards.map(async (shard) => {
      const earlier = await this.#prepared.get(shard)?.tail;
      const tail = earlier ?? (await begun).get(shard);
      await tail?.readOn();
      return tail;
    });
    const untilMs = clock.nowMs() + limits.preparedForMs;
    for (const [index, shard] of shards.entries()) {
      const tail = (reads[index] as Promise<Tail | undefined>).catch(() => undefined);
      this.#prepared.set(shard, { tail, untilMs });
    }
    await Promise.all(reads);
  }

  /** Takes what was read of these shards. */
  async take(shards: readonly number[]): Promise<ReadonlyMap<number, Tail>> {
    const tails = new Map<number, Tail>();
    for (const shard of shards) {
      const tail = await this.#prepared.get(shard)?.tail;
      this.#prepared.delete(shard);
      if (tail !== undefined) tails.set(shard, tail);
    }
    return tails;
  }

  forget(shard: number): void {
    this.#prepared.delete(shard);
  }

  /** Forgets those whose time is over. Returns them. */
  expire(): readonly number[] {
    const { clock, log, lane } = this.#dependencies;
    const nowMs = clock.nowMs();
    const over = [...this.#prepared].filter(([, { untilMs }]) => untilMs < nowMs).map(([shard]) => shard);
    for (const shard of over) this.#prepared.delete(shard);
    if (over.length > 0) log.info({ lane, shards: over }, "prepared shards were not taken over in time");
    return over;
  }
}
