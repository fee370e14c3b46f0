import { EXTENSION_LENGTH_MAX, RECENT_LENGTH_MIN, RECENT_TEXTS } from "./tags.ts";

const MASK = RECENT_TEXTS - 1;

/** Added to a distance by {@link RecentTexts.find} when the text there is only the start of the one looked for. */
export const EXTENDS = RECENT_TEXTS;

/** The last texts that were written or read in full, newest first; writer and reader keep the same. */
export class RecentTexts {
  readonly #texts: string[] = Array.from({ length: RECENT_TEXTS }, () => "");
  /** Of the texts, 0 for none: looked at before the texts themselves. */
  readonly #lengths = new Int32Array(RECENT_TEXTS);
  #newest = 0;

  /** Forgets all. */
  clear(): void {
    this.#lengths.fill(0);
    this.#newest = 0;
  }

  /** Remembers a text in place of the oldest one, unless it is too short to be worth it. */
  add(text: string): void {
    if (text.length < RECENT_LENGTH_MIN) return;
    this.#newest = (this.#newest + 1) & MASK;
    this.#texts[this.#newest] = text;
    this.#lengths[this.#newest] = text.length;
  }

  /** The text that came `distance` texts before the newest. */
  at(distance: number): string {
    return this.#texts[(this.#newest - distance) & MASK] as string;
  }

  /**
   * How many texts ago this one came; else {@link EXTENDS} plus how many texts ago one came that this one extends by a
   * little; else -1.
   */
  find(text: string): number {
    const { length } = text;
    if (length < RECENT_LENGTH_MIN) return -1;
    let extended = -1;
    for (let distance = 0; distance < RECENT_TEXTS; distance += 1) {
      const index = (this.#newest - distance) & MASK;
      const recentLength = this.#lengths[index] as number;
      const extension = length - recentLength;
      if (extension === 0) {
        if (this.#texts[index] === text) return distance;
      } else if (extension > 0 && extension <= EXTENSION_LENGTH_MAX && extended < 0) {
        if (recentLength > extension && text.startsWith(this.#texts[index] as string))
          extended = EXTENDS + distance;
      }
    }
    return extended;
  }
}
