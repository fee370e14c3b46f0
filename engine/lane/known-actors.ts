/**
 * Which actors of a shard have a snapshot: a set of 32-bit fingerprints of their addresses, in open addressing.
 *
 * A new cart is the most frequent actor of a flash sale; this set answers "not known" without asking the database.
 * A false "known" (about 1 in 10⁶ at 4,000 actors a shard) is harmless and slow: it costs one pass over the shard's
 * journal. 8 to 16 bytes an actor.
 */
export class KnownActors {
  #slots: Uint32Array<ArrayBuffer>;
  #count = 0;

  constructor(stored: Uint8Array = new Uint8Array()) {
    const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
    const count = stored.byteLength / 4;
    this.#slots = new Uint32Array(capacityFor(count));
    for (let index = 0; index < count; index += 1) this.#insert(view.getUint32(index * 4, true));
  }

  has(addressText: string): boolean {
    const fingerprint = fingerprintOf(addressText);
    const mask = this.#slots.length - 1;
    for (let slot = fingerprint & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#slots[slot] === fingerprint) return true;
    }
    return false;
  }

  add(addressText: string): void {
    this.#insert(fingerprintOf(addressText));
  }

  /** The fingerprints as little-endian uint32, to be stored with the shard's checkpoint. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#count * 4);
    const view = new DataView(bytes.buffer);
    let offset = 0;
    for (const fingerprint of this.#slots) {
      if (fingerprint === 0) continue;
      view.setUint32(offset, fingerprint, true);
      offset += 4;
    }
    return bytes;
  }

  #insert(fingerprint: number): void {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    const mask = this.#slots.length - 1;
    let slot = fingerprint & mask;
    while (this.#slots[slot] !== 0) {
      if (this.#slots[slot] === fingerprint) return;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = fingerprint;
    this.#count += 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#count = 0;
    for (const fingerprint of old) if (fingerprint !== 0) this.#insert(fingerprint);
  }
}

/** 0 marks an empty slot, so that no fingerprint is 0. */
function fingerprintOf(addressText: string): number {
  return Bun.hash.xxHash32(addressText) || 1;
}

function capacityFor(count: number): number {
  let capacity = 16;
  while (capacity < count * 2 + 2) capacity *= 2;
  return capacity;
}
