import { affinityKey, type Address } from "../contract/address.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The shard of an address, 0 … `shardCount` − 1: 32-bit FNV-1a over the characters of `tenant/affinity key`,
 * mixed by the finaliser of MurmurHash3 (FNV alone is weak in its low bits), modulo the number of shards.
 *
 * Stored data depends on it: it never changes, and a golden test keeps it. Ids are ASCII (see `parseActorId`), so
 * characters are bytes.
 */
export function shardOf(address: Pick<Address, "tenant" | "id">, shardCount: number): number {
  // In pieces, so that no text is made only to be hashed.
  const hash = hashOn(hashOn(hashOn(FNV_OFFSET, address.tenant), "/"), affinityKey(address.id));
  return mix(hash) % shardCount;
}

/** Goes on with a hash over the characters of `text`. */
function hashOn(hash: number, text: string): number {
  let hashed = hash;
  for (let index = 0; index < text.length; index += 1) {
    hashed = Math.imul(hashed ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hashed;
}

/** The 32-bit finaliser of MurmurHash3 (Austin Appleby, public domain). Returns an unsigned number. */
function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
