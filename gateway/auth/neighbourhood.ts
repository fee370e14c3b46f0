import { parseActorId } from "../../engine/contract/address.ts";
import type { ActorId, Tenant } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import { idInShard, shardOf } from "../../engine/routing/shard-hash.ts";

/** Carts that share a shard because their shoppers came one after the other. */
export const NEIGHBOURS = 16;

// So a gateway whose node has a third of the shards finds one of them 24 times in 25, and one whose node has hardly any does not
// crowd these.
const THROWS = 8;

/** What carts are named with. */
export interface NeighbourhoodOptions {
  readonly tenant: Tenant;
  readonly shardCount: number;
  /** Whether a shard is served by the gateway's own node. */
  readonly isNear: (shard: number) => boolean;
  readonly entropy: Entropy;
}

/**
 * Names new carts, {@link NEIGHBOURS} after each other for one shard, then as many for another. Shoppers who come together shop
 * together: what a crowd does is then committed as a few segments of many events in place of many of a few. Shards are thrown for,
 * so that many carts spread evenly, a few times if need be: what a shopper does takes no way to another node where that can be helped.
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
    if (this.#vacant === 0) {
      this.#shard = this.#throwForShard();
      this.#vacant = NEIGHBOURS;
    }
    this.#vacant -= 1;
    const id = checkedId(entropy.uuid());
    const neighbour = idInShard({ tenant, id }, this.#shard, shardCount);
    return neighbour === undefined ? id : checkedId(neighbour);
  }

  #throwForShard(): number {
    const { tenant, shardCount, isNear, entropy } = this.#options;
    for (let thrown = 1; ; thrown += 1) {
      const shard = shardOf({ tenant, id: checkedId(entropy.uuid()) }, shardCount);
      if (thrown === THROWS || isNear(shard)) return shard;
    }
  }
}

function checkedId(text: string): ActorId {
  const id = parseActorId(text);
  assert(id !== undefined, "a UUID is an actor id");
  return id;
}
