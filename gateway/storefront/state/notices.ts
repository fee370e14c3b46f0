import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";

/** Why something was refused: stays until it is dismissed or the shopper moves on. */
export interface Notice {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MAX = 3;

/** What the page tells the shopper: notices to see, announcements to hear. */
export class Notices {
  readonly #shown = signal<readonly Notice[]>([]);
  readonly #said = signal("");
  #nextId = 1;

  get shown(): ReadonlySignal<readonly Notice[]> {
    return this.#shown;
  }

  /** The last milestone, for a `role=status` that only screen readers show. */
  get said(): ReadonlySignal<string> {
    return this.#said;
  }

  refuse(text: string): void {
    const others = this.#shown.value.filter((notice) => notice.text !== text);
    this.#shown.value = [...others, { id: this.#nextId++, text }].slice(-SHOWN_MAX);
  }

  say(text: string): void {
    // The same words twice would not be announced again.
    this.#said.value = this.#said.value === text ? `${text}\u00a0` : text;
  }

  /** What was said is not repeated where the shopper goes next. */
  hush(): void {
    this.#said.value = "";
  }

  dismiss(id: number): void {
    this.#shown.value = this.#shown.value.filter((notice) => notice.id !== id);
  }

  /** The shopper has moved on: what was refused before does not matter any more. */
  clear(): void {
    this.#shown.value = [];
  }
}
