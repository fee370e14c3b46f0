import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import type { SteadyClient } from "./steady-client.ts";

const AT_ONCE_MAX = 64;

/** One product in each shard, so that each of them can be asked for something. */
export class ShardProducts {
  readonly #skus: readonly string[];

  constructor(tenant: string, shardCount: number) {
    this.#skus = skusByShard(tenant, shardCount);
  }

  /** Lists all of them. `list` throws when the shop refuses. */
  async list(list: (sku: string) => Promise<void>): Promise<void> {
    for (let first = 0; first < this.#skus.length; first += AT_ONCE_MAX)
      await Promise.all(this.#skus.slice(first, first + AT_ONCE_MAX).map(list));
  }

  /**
   * Receives a unit of the product of each of these shards: a command that has to be made durable by the shard's owner.
   * Resolves when all are done.
   * @throws when one of them is refused.
   */
  async ask(operator: SteadyClient, shards: readonly number[]): Promise<void> {
    await Promise.all(shards.map((shard) => this.#receive(operator, shard)));
  }

  async #receive(operator: SteadyClient, shard: number): Promise<void> {
    const sku = this.#skus[shard];
    assert(sku !== undefined, "the shard has a product", `shard ${shard}`);
    const received = await operator.ask({
      op: "stock.receive",
      command: "ReceiveStock",
      actor: `inventory/${sku}`,
      values: { sku, quantity: 1 },
    });
    if (!received.ok) throw new Error(`shard ${shard} refused its probe: ${received.problem.code}`);
  }
}

/** For every shard the first number whose product is in it. */
export function skusByShard(tenant: string, shardCount: number): readonly string[] {
  const skus = new Map<number, string>();
  for (let number = 1; skus.size < shardCount; number += 1) {
    const sku = `probe-${number}`;
    const address = parseAddress(`${tenant}/inventory/${sku}`);
    assert(address !== undefined, "a probe is a product", sku);
    const shard = shardOf(address, shardCount);
    if (!skus.has(shard)) skus.set(shard, sku);
  }
  return Array.from({ length: shardCount }, (_, shard) => skus.get(shard) ?? "");
}
