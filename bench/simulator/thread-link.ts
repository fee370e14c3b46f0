import { decodeFrame, encodeFrame } from "../../engine/transport/frame.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** One direction between two threads of a process: nothing is lost, and everything comes in its order. */
export class ThreadLink implements Link {
  readonly #process: SimulatedProcess;
  readonly #receive: (items: readonly Item[]) => void;
  readonly #frames: string[] = [];
  #queue: Item[] = [];

  constructor(process: SimulatedProcess, receive: (items: readonly Item[]) => void) {
    this.#process = process;
    this.#receive = receive;
  }

  send(item: Item): void {
    this.#queue.push(item);
    if (this.#queue.length === 1) this.#process.plan(0, () => this.#flush());
  }

  #flush(): void {
    this.#frames.push(encodeFrame(this.#queue));
    this.#queue = [];
    this.#process.plan(0, () => this.#receive(decodeFrame(this.#frames.shift() as string)));
  }
}
