import { formatAddress } from "../contract/address.ts";
import { shardOf } from "../routing/shard-hash.ts";
import { trustedAddress, type Target } from "./work.ts";

// Some thousand actors are in use at a time. What is kept for longer than a few collections of the young is collected with
// everything: with ten times as many, targets were a third of a busy lane's memory, and two thirds of its objects.
const GENERATION_MAX = 4_096;

type ByTenant = Map<string, Map<string, Map<string, Target>>>;

/**
 * Remembers address, text and shard of the actors that work goes to: an order's actors are met a dozen times within
 * milliseconds, and writing and hashing their addresses each time was a tenth of a lane's work.
 *
 * In two generations: when the younger one is full, it becomes the elder, and the elder is forgotten. Whoever is met again is
 * taken over into the younger one.
 */
export class Targets {
  readonly #shardCount: number;
  #younger: ByTenant = new Map();
  #elder: ByTenant = new Map();
  #count = 0;

  constructor(shardCount: number) {
    this.#shardCount = shardCount;
  }

  /** The target of an address whose parts were parsed before they were sent or stored. */
  of(tenant: string, kind: string, id: string): Target {
    const known = this.#younger.get(tenant)?.get(kind)?.get(id);
    if (known !== undefined) return known;
    const target = this.#elder.get(tenant)?.get(kind)?.get(id) ?? this.#target(tenant, kind, id);
    this.#remember(target);
    return target;
  }

  #target(tenant: string, kind: string, id: string): Target {
    const address = trustedAddress(tenant, kind, id);
    const shardNumber = shardOf(address, this.#shardCount);
    return { address, addressText: formatAddress(address), shardNumber, cell: undefined };
  }

  #remember(target: Target): void {
    if (this.#count >= GENERATION_MAX) {
      this.#elder = this.#younger;
      this.#younger = new Map();
      this.#count = 0;
    }
    this.#count += 1;
    const { tenant, kind, id } = target.address;
    const byKind = this.#younger.get(tenant) ?? new Map<string, Map<string, Target>>();
    this.#younger.set(tenant, byKind);
    const byId = byKind.get(kind) ?? new Map<string, Target>();
    byKind.set(kind, byId);
    byId.set(id, target);
  }
}
