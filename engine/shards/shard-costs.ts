import { assert } from "../contract/assert.ts";

/** What a lane has measured of one shard since it measured last. */
export interface ShardMeasurement {
  readonly shard: number;
  /** Share of its lane's time that it took, 0 to 1. */
  readonly cpuShare: number;
  readonly appendsPerSecond: number;
  /** How long its newest command has waited to be taken, ms. */
  readonly mailboxLagMs: number;
}

/** How measurements become one number: the share of a lane's time that a shard is worth. */
export interface CostLimits {
  /** A measurement counts half after this long, ms. */
  readonly halfLifeMs: number;
  /** Time of a lane that an append takes beside the shard's own, ms: the commit is everybody's. */
  readonly appendMs: number;
  /** What a second of lag adds: who waits would use more time than it gets. */
  readonly lagCostPerSecond: number;
}

/** Costs follow a change of load within a minute. */
export const defaultCostLimits: CostLimits = { halfLifeMs: 20_000, appendMs: 0.1, lagCostPerSecond: 0.25 };

interface Smoothed {
  cost: number;
  atMs: number;
}

/** The cost of each shard, smoothed exponentially over time, so that neither noise nor the rate of measuring matters. */
export class ShardCosts {
  readonly #limits: CostLimits;
  readonly #shards: (Smoothed | undefined)[];

  constructor(shardCount: number, limits: CostLimits) {
    this.#limits = limits;
    this.#shards = Array.from({ length: shardCount }, () => undefined);
  }

  observe(measurements: readonly ShardMeasurement[], nowMs: number): void {
    for (const measurement of measurements) {
      const { shard } = measurement;
      assert(shard in this.#shards, "there is such a shard", `shard ${shard}`);
      const cost = this.#costOf(measurement);
      const last = this.#shards[shard] ?? { cost, atMs: nowMs };
      const weight = 1 - 2 ** (-Math.max(0, nowMs - last.atMs) / this.#limits.halfLifeMs);
      this.#shards[shard] = { cost: last.cost + weight * (cost - last.cost), atMs: nowMs };
    }
  }

  /** By shard; undefined: never measured. */
  costs(): readonly (number | undefined)[] {
    return this.#shards.map((smoothed) => smoothed?.cost);
  }

  #costOf({ cpuShare, appendsPerSecond, mailboxLagMs }: ShardMeasurement): number {
    const { appendMs, lagCostPerSecond } = this.#limits;
    return cpuShare + (appendsPerSecond * appendMs) / 1_000 + (mailboxLagMs / 1_000) * lagCostPerSecond;
  }
}
