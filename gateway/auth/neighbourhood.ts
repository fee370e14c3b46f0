import type { ActorId, Tenant } from "../../engine/contract/address.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import { idInShard, shardOf } from "../../engine/routing/shard-hash.ts";
import { newActorId } from "./new-actor-id.ts";

/** Carts that share a shard because their shoppers came one after the other. */
export const NEIGHBOURS = 16;

/** What carts are named with. */
export interface NeighbourhoodOptions {
  readonly tenant: Tenant;
  readonly shardCount: number;
  readonly entropy: Entropy;
}

/**
 * Names new carts, {@link NEIGHBOURS} for one shard, then as many for the next, from one that chance gives. Shoppers who come
 * together shop together: what a crowd does is then committed as a few segments of many events in place of many of a few. Shards
 * in a row usually belong to all lanes by turns.
 */
export class Neighbourhood {
  readonly #options: NeighbourhoodOptions;
  #shard: number;
  #vacant = NEIGHBOURS;

  constructor(options: NeighbourhoodOptions) {
    const { tenant, shardCount, entropy } = options;
    this.#options = options;
    this.#shard = shardOf({ tenant, id: newActorId(entropy) }, shardCount);
  }

  /** A name that no other cart has. */
  nextCart(): ActorId {
    const { tenant, shardCount, entropy } = this.#options;
    if (this.#vacant === 0) {
      this.#shard = (this.#shard + 1) % shardCount;
      this.#vacant = NEIGHBOURS;
    }
    this.#vacant -= 1;
    const id = newActorId(entropy);
    return idInShard({ tenant, id }, this.#shard, shardCount) ?? id;
  }
}
