import { assert } from "../contract/assert.ts";
import { affinityKey, parseActorId, type ActorId, type Address } from "../contract/address.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const HEX_DIGITS = "0123456789abcdef";
const HEX_ENDING = /[0-9a-f]{4}$/;

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

/**
 * The address's id with other hexadecimal digits in its last four places, so that it is in `shard`; undefined when no digits
 * lead there, which with 256 shards does not happen and with 4,096 once in ten million ids. About two microseconds for 256 shards.
 * The id ends with four lower-case hexadecimal digits, as UUIDs do, and is an affinity key as a whole.
 */
export function idInShard(
  { tenant, id }: Pick<Address, "tenant" | "id">,
  shard: number,
  shardCount: number,
): ActorId | undefined {
  assert(
    HEX_ENDING.test(id) && affinityKey(id) === id,
    "the id is its affinity key and ends with hexadecimal digits",
    id,
  );
  const stem = id.slice(0, -4);
  const stemHash = hashOn(hashOn(hashOn(FNV_OFFSET, tenant), "/"), stem);
  const first = Number.parseInt(id.slice(-4), 16);
  for (let step = 0; step < 0x1_0000; step += 1) {
    const ending = (first + step) & 0xffff;
    let hash = stemHash;
    for (let shift = 12; shift >= 0; shift -= 4)
      hash = Math.imul(hash ^ HEX_DIGITS.charCodeAt((ending >>> shift) & 0xf), FNV_PRIME);
    if (mix(hash) % shardCount === shard) return parseActorId(stem + ending.toString(16).padStart(4, "0"));
  }
  return undefined;
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
