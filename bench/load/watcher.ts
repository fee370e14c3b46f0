import type { InventoryView } from "../../gateway/protocol/views.ts";
import { ShopSocket, type SocketOwner, type WorkFrame } from "./shop-socket.ts";

/** Whom a watcher tells what it sees. */
export interface WatcherEvents {
  /** It sees everything that it watches, for the first time or again. */
  settled(): void;
  /** The beacon's product has so many units to sell. */
  beaconShown(watcher: Watcher, available: number): void;
  lost(reason: string): void;
}

/** Somebody who buys nothing: watches a product that many want, and the beacon. */
export class Watcher implements SocketOwner {
  readonly #events: WatcherEvents;
  readonly #socket: ShopSocket;
  readonly #product: string;
  readonly #beacon: string;
  #isSettled = false;

  /** `sku` is what everybody wants, `beacon` the product whose changes are timed. */
  constructor(url: string, sku: string, beacon: string, events: WatcherEvents) {
    this.#socket = new ShopSocket(url, this);
    this.#product = `sku/${sku}`;
    this.#beacon = `sku/${beacon}`;
    this.#events = events;
  }

  open(): void {
    this.#socket.open();
  }

  pingIfQuiet(nowMs: number): void {
    this.#socket.pingIfQuiet(nowMs);
  }

  close(): void {
    this.#socket.close();
  }

  welcomed(): void {
    this.#isSettled = false;
    const nowMs = performance.now();
    for (const channel of [this.#product, this.#beacon])
      this.#socket.send(`{"t":"subscribe","ch":"${channel}"}`, nowMs);
  }

  askedToMove(): void {
    this.#socket.renew();
  }

  lost(reason: string): void {
    this.#events.lost(reason);
  }

  received(frame: WorkFrame): void {
    if ("re" in frame || frame.ch !== this.#beacon) return;
    if (frame.t === "problem") return this.#events.lost(frame.problem.detail);
    const shown = (frame.t === "snapshot" ? frame.state : frame.fields) as Partial<InventoryView> | null;
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#events.settled();
    }
    if (shown?.available !== undefined) this.#events.beaconShown(this, shown.available);
  }
}
