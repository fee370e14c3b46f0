import type { ViewUpdate } from "../ports/dispatcher.ts";

type Listener = (update: ViewUpdate) => void;

interface Watch {
  readonly listeners: Set<Listener>;
  latest: ViewUpdate | undefined;
}

/** The views that a thread watches, by their addresses, with the latest of each. */
export class WatchedViews {
  readonly #watches = new Map<string, Watch>();

  /** Adds a listener, and tells it the latest that is known. Returns whether it is the first one: then nobody has asked yet. */
  add(address: string, listener: Listener): boolean {
    const watch = this.#watches.get(address);
    if (watch === undefined) {
      this.#watches.set(address, { listeners: new Set([listener]), latest: undefined });
      return true;
    }
    if (watch.latest !== undefined) listener(watch.latest);
    watch.listeners.add(listener);
    return false;
  }

  /** Removes a listener. Returns whether it was the last one, so that nothing has to come any more. */
  remove(address: string, listener: Listener): boolean {
    const watch = this.#watches.get(address);
    if (watch?.listeners.delete(listener) !== true || watch.listeners.size > 0) return false;
    this.#watches.delete(address);
    return true;
  }

  /** Tells everybody who watches, unless something newer was told already. */
  show(address: string, update: ViewUpdate): void {
    const watch = this.#watches.get(address);
    if (watch === undefined || isOlder(update, watch.latest)) return;
    watch.latest = update;
    for (const listener of watch.listeners) listener(update);
  }
}

function isOlder(update: ViewUpdate, latest: ViewUpdate | undefined): boolean {
  if (latest === undefined) return false;
  return update.epoch < latest.epoch || (update.epoch === latest.epoch && update.offset < latest.offset);
}
