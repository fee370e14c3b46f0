/** Most mismatches that are kept to be shown; the others are counted. */
const MISMATCHES_SHOWN_MAX = 20;

/** Where the shop and the file disagree: sentences, of which the first are kept. */
export class Mismatches {
  readonly #shown: string[] = [];
  #count = 0;

  add(sentence: string): void {
    this.#count += 1;
    if (this.#shown.length < MISMATCHES_SHOWN_MAX) this.#shown.push(sentence);
  }

  get count(): number {
    return this.#count;
  }

  /** The first {@link MISMATCHES_SHOWN_MAX}. */
  get shown(): readonly string[] {
    return this.#shown;
  }
}
