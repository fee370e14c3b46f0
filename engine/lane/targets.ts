import { formatAddress } from "../contract/address.ts";
import { shardOf } from "../routing/shard-hash.ts";
import { trustedAddress, type Target } from "./work.ts";

// Enough for the actors that are in use at a time; a full memory is simply begun anew.
const TARGETS_MAX = 50_000;

/**
 * Remembers address, text and shard of the actors that work goes to: an order's actors are met a dozen times within
 * milliseconds, and writing and hashing their addresses each time was a tenth of a lane's work.
 */
export class Targets {
  readonly #shardCount: number;
  readonly #byTenant = new Map<string, Map<string, Map<string, Target>>>();
  #count = 0;

  constructor(shardCount: number) {
    this.#shardCount = shardCount;
  }

  /** The target of an address whose parts were parsed before they were sent or stored. */
  of(tenant: string, kind: string, id: string): Target {
    const known = this.#byTenant.get(tenant)?.get(kind)?.get(id);
    if (known !== undefined) return known;
    const address = trustedAddress(tenant, kind, id);
    const shardNumber = shardOf(address, this.#shardCount);
    const target = { address, addressText: formatAddress(address), shardNumber, cell: undefined };
    this.#remember(target);
    return target;
  }

  #remember(target: Target): void {
    if (this.#count >= TARGETS_MAX) {
      this.#byTenant.clear();
      this.#count = 0;
    }
    this.#count += 1;
    const { tenant, kind, id } = target.address;
    const byKind = this.#byTenant.get(tenant) ?? new Map<string, Map<string, Target>>();
    this.#byTenant.set(tenant, byKind);
    const byId = byKind.get(kind) ?? new Map<string, Target>();
    byKind.set(kind, byId);
    byId.set(id, target);
  }
}
