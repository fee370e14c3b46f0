import { WORDS } from "./words.ts";

const WORD_NUMBERS = new Map(WORDS.map((word, number) => [word, number]));

/**
 * The names of records in the order in which they come, as a tree. Records of one type have the same names in the same
 * order, so that a name is found by comparing it with the few that have followed the last one before, without looking
 * it up among all words. Only words are kept: there are no more of these than the list has.
 */
export class NamePath {
  readonly #name: string;
  /** The word's number. */
  readonly word: number;
  readonly #following: NamePath[] = [];

  constructor(name = "", word = -1) {
    this.#name = name;
    this.word = word;
  }

  /** The path that goes on with `name`; undefined when it is not a word. */
  next(name: string): NamePath | undefined {
    for (const path of this.#following) if (path.#name === name) return path;
    const word = WORD_NUMBERS.get(name);
    if (word === undefined) return undefined;
    const path = new NamePath(name, word);
    this.#following.push(path);
    return path;
  }
}
