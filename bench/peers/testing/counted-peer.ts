import type { Peer, PeerBooks, PeerHold } from "../peer.ts";

/** A peer in memory, which answers in a later turn as a real one does. */
export class CountedPeer implements Peer {
  readonly holds = new Set<string>();
  readonly orders = new Set<string>();
  unitsLeft = 0;
  /** Most buyers that waited for it at the same time. */
  waitingMost = 0;
  isClosed = false;
  #waiting = 0;

  stock(units: number): Promise<void> {
    this.holds.clear();
    this.orders.clear();
    this.unitsLeft = units;
    return Promise.resolve();
  }

  async hold(key: string): Promise<PeerHold | undefined> {
    await this.#answer();
    if (this.unitsLeft === 0) return undefined;
    this.unitsLeft -= 1;
    this.holds.add(key);
    return { key, unit: null };
  }

  async checkOut({ key }: PeerHold): Promise<void> {
    await this.#answer();
    if (!this.holds.delete(key)) throw new Error(`nothing is held for ${key}`);
    this.orders.add(key);
  }

  books(): Promise<PeerBooks> {
    const { orders, holds, unitsLeft } = this;
    return Promise.resolve({ orders, heldUnits: holds.size, unitsLeft });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  async #answer(): Promise<void> {
    this.#waiting += 1;
    this.waitingMost = Math.max(this.waitingMost, this.#waiting);
    await new Promise(setImmediate);
    this.#waiting -= 1;
  }
}
