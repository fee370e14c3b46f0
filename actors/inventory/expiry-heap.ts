/** Something that expires. `heapIndex` belongs to the heap: -1 while it is in none. */
export interface Expiring {
  readonly holdId: string;
  expiresAtMs: number;
  heapIndex: number;
}

/**
 * A binary min-heap by expiry whose items know their place, so that a hold that ends early leaves at once
 * (O(log n)) and nothing stale stays behind.
 */
export class ExpiryHeap<Item extends Expiring> {
  readonly #items: Item[] = [];

  /** Expiry of the item that expires first, milliseconds since the epoch; undefined when empty. O(1). */
  earliestMs(): number | undefined {
    return this.#items[0]?.expiresAtMs;
  }

  /** Adds an item. O(log n), O(1) when it expires last. */
  add(item: Item): void {
    this.#place(item, this.#items.length);
    this.#rise(item);
  }

  /** Removes an item that is in this heap. O(log n). */
  remove(item: Item): void {
    const index = item.heapIndex;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === undefined || last === item) return;
    this.#place(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  /** Gives an item that is in this heap another expiry. O(log n). */
  move(item: Item, expiresAtMs: number): void {
    item.expiresAtMs = expiresAtMs;
    this.#rise(item);
    this.#sink(item);
  }

  /** The items with `expiresAtMs <= nowMs`, by expiry, then id. Changes nothing; takes time for those items only. */
  due(nowMs: number): Item[] {
    const found: Item[] = [];
    this.#collectDue(0, nowMs, found);
    return found.sort(byExpiry);
  }

  // The depth of the recursion is the height of the heap.
  #collectDue(index: number, nowMs: number, found: Item[]): void {
    const item = this.#items[index];
    if (item === undefined || item.expiresAtMs > nowMs) return;
    found.push(item);
    this.#collectDue(2 * index + 1, nowMs, found);
    this.#collectDue(2 * index + 2, nowMs, found);
  }

  #place(item: Item, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #rise(item: Item): void {
    while (item.heapIndex > 0) {
      const index = item.heapIndex;
      const parent = this.#items[(index - 1) >> 1];
      if (parent === undefined || parent.expiresAtMs <= item.expiresAtMs) return;
      this.#place(item, parent.heapIndex);
      this.#place(parent, index);
    }
  }

  #sink(item: Item): void {
    for (;;) {
      const index = item.heapIndex;
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      const child =
        right !== undefined && left !== undefined && right.expiresAtMs < left.expiresAtMs ? right : left;
      if (child === undefined || item.expiresAtMs <= child.expiresAtMs) return;
      this.#place(item, child.heapIndex);
      this.#place(child, index);
    }
  }
}

function byExpiry(a: Expiring, b: Expiring): number {
  if (a.expiresAtMs !== b.expiresAtMs) return a.expiresAtMs - b.expiresAtMs;
  return a.holdId < b.holdId ? -1 : 1;
}
