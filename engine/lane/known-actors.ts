import {
  KNOWN_PAGE_LENGTH,
  KNOWN_RECORD_LENGTH,
  type KnownPage,
  type KnownPages,
} from "../ports/snapshots.ts";
import type { Footprint } from "./footprint.ts";

// Slots are found by the first half of a fingerprint. Tables that are more than this full are made twice as large.
const FILL_MAX = 0.7;
const CAPACITY_MIN = 16;
// Checkpoints of the first release have the first half only: this one stands for any.
const ANY = 0;
const NONE: Footprint = { firstSeq: 0, gaps: 0 };

/**
 * Which actors of a shard are stored, and where: a set of 64-bit fingerprints of their addresses in open addressing, each
 * with the actor's footprint in the journal, or none when the actor has a snapshot.
 *
 * A new cart is the most frequent actor of a flash sale; this set answers "not known" without asking the database. Two
 * addresses with one fingerprint do not occur (one in 10¹² at 10⁷ actors a shard), so that a known actor that is not found
 * is one whose snapshot was lost. 22 to 27 bytes an actor, in the pages that the store has.
 */
export class KnownActors {
  /** One more than the number of an actor; 0 where there is none. */
  #slots = new Uint32Array(CAPACITY_MIN);
  /** Records in the order in which the actors came. */
  readonly #pages: Uint32Array[] = [];
  #count = 0;
  /** Numbers of the pages that the store may not have as they are. */
  #changed = new Set<number>();

  constructor(stored?: KnownPages) {
    while (this.#slots.length * FILL_MAX < (stored?.count ?? 0)) this.#grow();
    for (const { records } of stored?.pages ?? [])
      for (let at = 0; at < records.length; at += KNOWN_RECORD_LENGTH)
        this.#note(records[at] as number, records[at + 1] as number, {
          firstSeq: records[at + 2] as number,
          gaps: records[at + 3] as number,
        });
  }

  get count(): number {
    return this.#count;
  }

  has(addressText: string): boolean {
    return this.#lookUp(addressText) >= 0;
  }

  /** Where a known actor is in the journal; undefined when it has a snapshot. */
  footprint(addressText: string): Footprint | undefined {
    const number = this.#lookUp(addressText);
    if (number < 0) return undefined;
    const page = this.#pageOf(number);
    const at = placeOf(number);
    const firstSeq = page[at + 2] as number;
    return firstSeq === 0 ? undefined : { firstSeq, gaps: page[at + 3] as number };
  }

  /** Notes that an actor is stored: in the segments of its footprint or, without one, in a snapshot. */
  add(addressText: string, footprint: Footprint = NONE): void {
    this.#note(lowOf(addressText), highOf(addressText), footprint);
  }

  /** Takes the pages that the next checkpoint has to write: all after a recovery, later only those that have changed. */
  takeChanged(): KnownPages {
    const numbers = [...this.#changed].sort((left, right) => left - right);
    this.#changed = new Set();
    return { count: this.#count, pages: numbers.map((number) => this.#page(number)) };
  }

  /** The pages were not stored after all. */
  takeBack({ pages }: KnownPages): void {
    for (const { number } of pages) this.#changed.add(number);
  }

  #page(number: number): KnownPage {
    const length = Math.min(KNOWN_PAGE_LENGTH, this.#count - number * KNOWN_PAGE_LENGTH);
    return { number, records: (this.#pages[number] as Uint32Array).slice(0, length * KNOWN_RECORD_LENGTH) };
  }

  #note(low: number, high: number, { firstSeq, gaps }: Footprint): void {
    const slot = this.#slotOf(low);
    const found = this.#find(slot, low, high);
    const number = found < 0 ? this.#append(low, high) : found;
    const page = this.#pageOf(number);
    const at = placeOf(number);
    if (found >= 0 && page[at + 2] === firstSeq && page[at + 3] === gaps) return;
    page[at + 2] = firstSeq;
    page[at + 3] = gaps;
    this.#changed.add(Math.floor(number / KNOWN_PAGE_LENGTH));
  }

  #append(low: number, high: number): number {
    if (this.#count + 1 > this.#slots.length * FILL_MAX) this.#grow();
    const number = this.#count;
    this.#count += 1;
    if (number % KNOWN_PAGE_LENGTH === 0)
      this.#pages.push(new Uint32Array(KNOWN_PAGE_LENGTH * KNOWN_RECORD_LENGTH));
    const page = this.#pageOf(number);
    const at = placeOf(number);
    page[at] = low;
    page[at + 1] = high;
    this.#put(low, number);
    return number;
  }

  /** The number of an actor; -1 when it is not known. */
  #lookUp(addressText: string): number {
    const low = lowOf(addressText);
    const slot = this.#slotOf(low);
    return this.#slots[slot] === 0 ? -1 : this.#find(slot, low, highOf(addressText));
  }

  /** The first slot of a run that is empty or may have the fingerprint: most that are not known need no second hash. */
  #slotOf(low: number): number {
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (;;) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0 || this.#pageOf(number)[placeOf(number)] === low) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** The number of the actor with this fingerprint in the run of slots that begins here; -1 when there is none. */
  #find(start: number, low: number, high: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = start; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1;
      const page = this.#pageOf(number);
      const at = placeOf(number);
      if (page[at] !== low) continue;
      const stored = page[at + 1];
      if (stored === high || stored === ANY) return number;
    }
    return -1;
  }

  #pageOf(number: number): Uint32Array {
    return this.#pages[Math.floor(number / KNOWN_PAGE_LENGTH)] as Uint32Array;
  }

  #put(low: number, number: number): void {
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number += 1)
      this.#put(this.#pageOf(number)[placeOf(number)] as number, number);
  }
}

/** Where in its page the record of an actor begins. */
function placeOf(number: number): number {
  return (number % KNOWN_PAGE_LENGTH) * KNOWN_RECORD_LENGTH;
}

/** No fingerprint begins with 0: those of the first releases had it for an empty slot. */
function lowOf(addressText: string): number {
  return Bun.hash.xxHash32(addressText) || 1;
}

/** Another hash of the same text; 0 is {@link ANY}. */
function highOf(addressText: string): number {
  return Bun.hash.xxHash32(addressText, 1) || 1;
}
