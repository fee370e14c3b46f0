import { ANSWER, COMMAND, READ, UNWATCH, WATCH, type Item, type WatchItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";

/** Bounds of a {@link MovableLink}. */
export interface MovableLinkLimits {
  /** Items kept while their owner changes; a client's command or read beyond that is refused as overloaded. */
  readonly keptItemsMax: number;
  readonly retryAfterMs: number;
}

/** Sound for a pause of two seconds under load. */
export const defaultMovableLinkLimits: MovableLinkLimits = { keptItemsMax: 20_000, retryAfterMs: 200 };

/**
 * A link whose far end can change while it is in use: keeps what is sent meanwhile, and asks a new owner for the views
 * that the old one was asked for.
 */
export class MovableLink implements Link {
  readonly #limits: MovableLinkLimits;
  readonly #refuse: (items: readonly Item[]) => void;
  readonly #watches = new Map<string, WatchItem>();
  #end: Link | undefined;
  #holding = true;
  #version = 0;
  #kept: Item[] = [];

  /** Begins without a far end. `refuse` takes the answers to what cannot be kept. */
  constructor(limits: MovableLinkLimits, refuse: (items: readonly Item[]) => void) {
    this.#limits = limits;
    this.#refuse = refuse;
  }

  send(item: Item): void {
    if (item[0] === WATCH) this.#watches.set(watchName(item), item);
    if (item[0] === UNWATCH) this.#watches.delete(watchName(item));
    if (this.#holding) this.#keep(item);
    else this.#end?.send(item);
  }

  /** From now on keeps what is sent, unless a placement of this version or a newer one is in use already. */
  hold(version: number): void {
    if (version > this.#version) this.#holding = true;
  }

  /**
   * Goes on at `end`, the owner by that version of the placement: what it has to know of the watches comes first, then
   * what was kept, in its order. An older version changes nothing.
   */
  release(end: Link, version: number): void {
    if (version <= this.#version) return;
    this.#version = version;
    const kept = this.#kept;
    this.#kept = [];
    this.#holding = false;
    if (this.#end !== end) {
      this.#end = end;
      for (const watch of this.#watches.values()) end.send(watch);
    }
    for (const item of kept) end.send(item);
  }

  #keep(item: Item): void {
    // Watches are known anyway, and a new owner has none to end.
    if (item[0] === WATCH && this.#kept.length >= this.#limits.keptItemsMax) return;
    if (this.#kept.length < this.#limits.keptItemsMax) this.#kept.push(item);
    else if (item[0] === COMMAND || item[0] === READ) {
      const { retryAfterMs } = this.#limits;
      this.#refuse([[ANSWER, item[1], { type: "overloaded", retryAfterMs }]]);
    }
  }
}

function watchName([, tenant, kind, id]: readonly [unknown, string, string, string, ...unknown[]]): string {
  return `${tenant}/${kind}/${id}`;
}
