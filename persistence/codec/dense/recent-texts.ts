import { EXTENSION_LENGTH_MAX, RECENT_LENGTH_MIN, RECENT_TEXTS } from "./tags.ts";

const MASK = RECENT_TEXTS - 1;

/** The last texts that were written or read in full, newest first; writer and reader keep the same. */
export class RecentTexts {
  readonly #texts: string[] = Array.from({ length: RECENT_TEXTS }, () => "");
  #newest = 0;

  /** Forgets all. */
  clear(): void {
    this.#texts.fill("");
    this.#newest = 0;
  }

  /** Remembers a text in place of the oldest one, unless it is too short to be worth it. */
  add(text: string): void {
    if (text.length < RECENT_LENGTH_MIN) return;
    this.#newest = (this.#newest + 1) & MASK;
    this.#texts[this.#newest] = text;
  }

  /** The text that came `distance` texts before the newest. */
  at(distance: number): string {
    return this.#texts[(this.#newest - distance) & MASK] as string;
  }

  /** How many texts ago this one came; -1 when it did not. */
  find(text: string): number {
    const { length } = text;
    if (length < RECENT_LENGTH_MIN) return -1;
    for (let distance = 0; distance < RECENT_TEXTS; distance += 1) {
      const recent = this.at(distance);
      if (recent.length === length && recent === text) return distance;
    }
    return -1;
  }

  /** How many texts ago one came that this one extends by a little; -1 when none did. */
  findStart(text: string): number {
    const { length } = text;
    for (let distance = 0; distance < RECENT_TEXTS; distance += 1) {
      const recent = this.at(distance);
      const extension = length - recent.length;
      if (extension <= 0 || extension > EXTENSION_LENGTH_MAX || recent.length <= extension) continue;
      if (text.startsWith(recent)) return distance;
    }
    return -1;
  }
}
