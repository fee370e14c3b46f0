import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";

/** Something the shopper should know: a refusal stays until it is read, good news goes by itself. */
export interface Notice {
  readonly id: number;
  readonly tone: "good" | "bad";
  readonly text: string;
}

const SHOWN_MAX = 3;
const GOOD_NEWS_MS = 6_000;

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
    this.#show("bad", text);
  }

  tell(text: string): void {
    const id = this.#show("good", text);
    setTimeout(() => this.dismiss(id), GOOD_NEWS_MS);
  }

  say(text: string): void {
    // The same words twice would not be announced again.
    this.#said.value = this.#said.value === text ? `${text}\u00a0` : text;
  }

  dismiss(id: number): void {
    this.#shown.value = this.#shown.value.filter((notice) => notice.id !== id);
  }

  #show(tone: Notice["tone"], text: string): number {
    const id = this.#nextId++;
    const others = this.#shown.value.filter((notice) => notice.text !== text);
    this.#shown.value = [...others, { id, tone, text }].slice(-SHOWN_MAX);
    return id;
  }
}
