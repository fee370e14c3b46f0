/** A hash over everything that a simulation decides, in order. Two runs of a seed that differ anywhere differ here. */
export class Trace {
  #hash = 0n;
  /** Lines taken in. */
  length = 0;
  readonly #print: ((line: string) => void) | undefined;

  /** `print` is called with every line, for people who follow a seed. */
  constructor(print?: (line: string) => void) {
    this.#print = print;
  }

  add(line: string): void {
    this.length += 1;
    this.#hash = Bun.hash.xxHash64(line, this.#hash);
    this.#print?.(line);
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    return this.#hash.toString(16).padStart(16, "0");
  }
}
