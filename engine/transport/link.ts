import type { Item } from "./items.ts";

/** One direction-less connection between two threads (or nodes): batches of items, in order. */
export interface Link {
  /** Queues an item; what is queued in one turn of the event loop leaves as one frame. */
  send(item: Item): void;
}
