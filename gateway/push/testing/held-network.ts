import type { Item } from "../../../engine/transport/items.ts";
import type { Link } from "../../../engine/transport/link.ts";

/** Carries items in order, at once unless it is held. */
export class HeldNetwork implements Link {
  readonly #deliver: (item: Item) => void;
  readonly #waiting: Item[] = [];
  #isHeld = false;

  constructor(deliver: (item: Item) => void) {
    this.#deliver = deliver;
  }

  send(item: Item): void {
    if (this.#isHeld) this.#waiting.push(item);
    else this.#deliver(item);
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    for (const item of this.#waiting.splice(0)) this.#deliver(item);
  }
}
