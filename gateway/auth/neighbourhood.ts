import { parseActorId } from "../../engine/contract/address.ts";
import type { ActorId, Tenant } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import { idInShard, shardOf } from "../../engine/routing/shard-hash.ts";

/** Carts that share a shard because their shoppers came one after the other. */
export const NEIGHBOURS = 16;

/** What carts are named with. */
export interface NeighbourhoodOptions {
  readonly tenant: Tenant;
  readonly shardCount: number;
  readonly entropy: Entropy;
}

/**
 * Names new carts, {@link NEIGHBOURS} after each other for one shard, then as many for another. Shoppers who come together shop
 * together: what a crowd does is then committed as a few segments of many events in place of many of a few. Shards are thrown for
 * as before, so that many carts spread evenly.
 */
export class Neighbourhood {
  readonly #options: NeighbourhoodOptions;
  #shard = 0;
  #vacant = 0;

  constructor(options: NeighbourhoodOptions) {
    this.#options = options;
  }

  /** A name that no other cart has. */
  nextCart(): ActorId {
    const { tenant, shardCount, entropy } = this.#options;
    const id = checkedId(entropy.uuid());
    if (this.#vacant === 0) {
      this.#shard = shardOf({ tenant, id }, shardCount);
      this.#vacant = NEIGHBOURS;
    }
    this.#vacant -= 1;
    const neighbour = idInShard({ tenant, id }, this.#shard, shardCount);
    return neighbour === undefined ? id : checkedId(neighbour);
  }
}

function checkedId(text: string): ActorId {
  const id = parseActorId(text);
  assert(id !== undefined, "a UUID is an actor id");
  return id;
}
