import type { Address } from "../../../engine/contract/address.ts";
import type { Data } from "../../../engine/contract/data.ts";
import type { Dispatcher, ViewUpdate } from "../../../engine/ports/dispatcher.ts";

/** Views that a test changes by hand. */
export class ScriptedViews implements Dispatcher {
  readonly listeners = new Set<(update: ViewUpdate) => void>();
  watchesMade = 0;

  dispatch(): void {
    throw new Error("channels send no commands");
  }

  read(): Promise<ViewUpdate> {
    return Promise.reject(new Error("channels read nothing"));
  }

  watch(_address: Address, listener: (update: ViewUpdate) => void): () => void {
    this.watchesMade += 1;
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(epoch: number, offset: number, view: Data): void {
    for (const listener of this.listeners) listener({ epoch, offset, view });
  }
}
