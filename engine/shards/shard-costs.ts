import { assert } from "../contract/assert.ts";
import type { ShardMeasurement } from "../ports/node-threads.ts";

/** How costs follow measurements. */
export interface CostLimits {
  /** A measurement counts half after this long, ms. */
  readonly halfLifeMs: number;
}

/** Costs follow a change of load within half a minute. */
export const defaultCostLimits: CostLimits = { halfLifeMs: 10_000 };

interface Smoothed {
  cost: number;
  atMs: number;
}

/**
 * What each shard costs, as a share of one core, smoothed exponentially over time, so that neither noise nor the rate of
 * measuring matters. A shard keeps its cost when it moves.
 */
export class ShardCosts {
  readonly #limits: CostLimits;
  readonly #shards: (Smoothed | undefined)[];

  constructor(shardCount: number, limits: CostLimits) {
    this.#limits = limits;
    this.#shards = Array.from({ length: shardCount }, () => undefined);
  }

  observe(measurements: readonly ShardMeasurement[], nowMs: number): void {
    for (const { shard, cost } of measurements) {
      assert(shard in this.#shards, "there is such a shard", `shard ${shard}`);
      const last = this.#shards[shard] ?? { cost, atMs: nowMs };
      const weight = 1 - 2 ** (-Math.max(0, nowMs - last.atMs) / this.#limits.halfLifeMs);
      this.#shards[shard] = { cost: last.cost + weight * (cost - last.cost), atMs: nowMs };
    }
  }

  /** By shard; undefined: never measured. */
  costs(): readonly (number | undefined)[] {
    return this.#shards.map((smoothed) => smoothed?.cost);
  }
}
