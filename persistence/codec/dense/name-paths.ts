import { wordNumber } from "./words.ts";

// The shop's records have some hundred; orders of names that clients make up must not fill the memory.
const PATHS_MAX = 4_096;

/**
 * The names of records in the order in which they come, as a tree. Records of one type have the same names in the same
 * order, so that a name is found by comparing it with the few that have followed the last one before, without looking
 * it up among all words.
 */
export class NamePath {
  readonly #name: string;
  /** The word's number. */
  readonly word: number;
  readonly #following: NamePath[] = [];
  readonly #tree: { size: number };

  constructor(name = "", word = -1, tree = { size: 0 }) {
    this.#name = name;
    this.word = word;
    this.#tree = tree;
    tree.size += 1;
  }

  /** The path that goes on with `name`; undefined when it is not a word, or new and the tree is full. */
  next(name: string): NamePath | undefined {
    for (const path of this.#following) if (path.#name === name) return path;
    const word = this.#tree.size < PATHS_MAX ? wordNumber(name) : undefined;
    if (word === undefined) return undefined;
    const path = new NamePath(name, word, this.#tree);
    this.#following.push(path);
    return path;
  }
}
