const ROUNDS = 6;
// Below this many bits in a half, the rounds have too little to mix.
const HALF_BITS_MIN = 4;

/**
 * The place that a shuffle gives to a number below `size`: a bijection of [0, size) for every seed, which gateways and pages
 * compute for one number alone. A Feistel network over the next power of four, walked until it comes back into the range
 * (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002): four steps on average, more only for small crowds.
 */
export function shuffledPlace(
  number: number,
  { size, seed }: { readonly size: number; readonly seed: number },
): number {
  const halfBits = Math.max(HALF_BITS_MIN, Math.ceil(Math.log2(size) / 2));
  let place = number;
  do place = permuted(place, halfBits, seed);
  while (place >= size);
  return place;
}

function permuted(value: number, halfBits: number, seed: number): number {
  const mask = 2 ** halfBits - 1;
  let left = Math.floor(value / 2 ** halfBits);
  let right = value & mask;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const next = left ^ (mixed(right, seed + Math.imul(round, 0x9e3779b9)) & mask);
    left = right;
    right = next;
  }
  return left * 2 ** halfBits + right;
}

/** The finishing steps of MurmurHash3 (Austin Appleby, public domain), twice with the key between. */
function mixed(value: number, key: number): number {
  return finished(finished(value ^ key) + key);
}

function finished(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
