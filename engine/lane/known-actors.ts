import { KNOWN_PAGE_LENGTH, type KnownFingerprints } from "../ports/snapshots.ts";

// Slots are found by the first half of a fingerprint. Tables that are more than this full are made twice as large.
const FILL_MAX = 0.7;
const CAPACITY_MIN = 16;
// Checkpoints of the first release have the first half only: this one stands for any.
const ANY = 0;

/**
 * Which actors of a shard have a snapshot: a set of 64-bit fingerprints of their addresses, in open addressing.
 *
 * A new cart is the most frequent actor of a flash sale; this set answers "not known" without asking the database. Two
 * addresses with one fingerprint do not occur (one in 10¹² at 10⁷ actors a shard), so that a known actor without a
 * snapshot is one whose snapshot was lost. 11 to 23 bytes an actor.
 */
export class KnownActors {
  #low = new Uint32Array(CAPACITY_MIN);
  #high = new Uint32Array(CAPACITY_MIN);
  #count = 0;
  /** Fingerprints that the store may not have, in the order in which they came; the first one begins a page. */
  #recent: number[] = [];

  constructor(stored: Uint32Array = new Uint32Array()) {
    for (let index = 0; index + 1 < stored.length; index += 2)
      this.#insert(stored[index] as number, stored[index + 1] as number);
  }

  get count(): number {
    return this.#count;
  }

  has(addressText: string): boolean {
    const low = lowOf(addressText);
    const slot = this.#slotOf(low);
    if (this.#low[slot] === 0) return false;
    return this.#find(slot, low, highOf(addressText));
  }

  add(addressText: string): void {
    this.#insert(lowOf(addressText), highOf(addressText));
  }

  /** What the next checkpoint has to write: all after a recovery, later only the pages that have changed. */
  unstored(): KnownFingerprints {
    const first = this.#count - this.#recent.length / 2;
    return { first, fingerprints: Uint32Array.from(this.#recent) };
  }

  /** The store has the fingerprints up to number `count`; the last page may grow, so that it is written again. */
  stored(count: number): void {
    const first = this.#count - this.#recent.length / 2;
    const full = count - (count % KNOWN_PAGE_LENGTH);
    if (full > first) this.#recent = this.#recent.slice((full - first) * 2);
  }

  #insert(low: number, high: number): void {
    if (this.#count + 1 > this.#low.length * FILL_MAX) this.#grow();
    const slot = this.#slotOf(low);
    if (this.#low[slot] !== 0 && this.#find(slot, low, high)) return;
    this.#put(low, high);
    this.#count += 1;
    this.#recent.push(low, high);
  }

  /** The first slot that is empty or may have the fingerprint. */
  #slotOf(low: number): number {
    const table = this.#low;
    const mask = table.length - 1;
    let slot = low & mask;
    while (table[slot] !== 0 && table[slot] !== low) slot = (slot + 1) & mask;
    return slot;
  }

  /** Whether the fingerprint is in the run of slots that begins here. */
  #find(start: number, low: number, high: number): boolean {
    const mask = this.#low.length - 1;
    for (let slot = start; this.#low[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#low[slot] !== low) continue;
      if (this.#high[slot] === high || this.#high[slot] === ANY) return true;
    }
    return false;
  }

  #put(low: number, high: number): void {
    const mask = this.#low.length - 1;
    let slot = low & mask;
    while (this.#low[slot] !== 0) slot = (slot + 1) & mask;
    this.#low[slot] = low;
    this.#high[slot] = high;
  }

  #grow(): void {
    const [low, high] = [this.#low, this.#high];
    this.#low = new Uint32Array(low.length * 2);
    this.#high = new Uint32Array(high.length * 2);
    for (const [slot, fingerprint] of low.entries())
      if (fingerprint !== 0) this.#put(fingerprint, high[slot] as number);
  }
}

/** 0 marks an empty slot, so that no fingerprint begins with 0. */
function lowOf(addressText: string): number {
  return Bun.hash.xxHash32(addressText) || 1;
}

/** Another hash of the same text; 0 is {@link ANY}. */
function highOf(addressText: string): number {
  return Bun.hash.xxHash32(addressText, 1) || 1;
}
