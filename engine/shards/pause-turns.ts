/** Lets few moves at a time have clients wait: on a busy machine each of them would make the others slower. */
export class PauseTurns {
  readonly #atOnceMax: number;
  readonly #taken = new Set<object>();
  readonly #waiting = new Map<object, () => void>();

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax;
  }

  /** Resolves when it is this move's turn; at once if it has it already. */
  async take(move: object): Promise<void> {
    if (this.#taken.has(move)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.set(move, resolve);
      this.#next();
    });
  }

  /** The move's turn is over, or will not be needed: then it never comes. */
  end(move: object): void {
    this.#waiting.delete(move);
    if (this.#taken.delete(move)) this.#next();
  }

  #next(): void {
    for (const [move, begin] of this.#waiting) {
      if (this.#taken.size >= this.#atOnceMax) return;
      this.#waiting.delete(move);
      this.#taken.add(move);
      begin();
    }
  }
}
