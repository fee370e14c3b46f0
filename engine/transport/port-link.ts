import { decodeFrame, encodeFrame } from "./frame.ts";
import type { Item } from "./items.ts";
import type { Link } from "./link.ts";

// The other end begins with a full frame while this one goes on, so that two threads share the work of a burst.
const FRAME_ITEMS_MAX = 16;

/**
 * A link over a MessagePort between two threads of this node.
 *
 * Items queue until a frame is full or the turn of the event loop ends, and leave as one text. Nothing is lost and nothing
 * is bounded here: both ends bound what they have outstanding.
 */
export class PortLink implements Link {
  readonly #port: MessagePort;
  #queue: Item[] = [];

  constructor(port: MessagePort, receive: (items: readonly Item[]) => void) {
    this.#port = port;
    port.onmessage = ({ data }) => receive(decodeFrame(data as string));
  }

  send(item: Item): void {
    this.#queue.push(item);
    if (this.#queue.length === 1) setImmediate(() => this.#flush());
    else if (this.#queue.length >= FRAME_ITEMS_MAX) this.#flush();
  }

  #flush(): void {
    if (this.#queue.length === 0) return;
    const frame = encodeFrame(this.#queue);
    this.#queue = [];
    this.#port.postMessage(frame);
  }
}
