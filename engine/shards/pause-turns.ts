/** What a move's turn is for: to have its target read ahead, or to have clients wait. */
type Purpose = "reading" | "pausing";

/**
 * The turns of moves that are under way at the same time: one of them at a time has clients wait, and none reads ahead meanwhile,
 * since on a busy machine that is what those clients would wait for. In the order in which they ask. A move that is over must not ask: its
 * turn would never end, and none would follow.
 */
export class PauseTurns {
  readonly #taken = new Map<object, Purpose>();
  readonly #waiting = new Map<object, { readonly purpose: Purpose; readonly begin: () => void }>();

  /** Resolves when the move may read ahead: nobody waits for another one. */
  read(move: object): Promise<void> {
    return this.#turn(move, "reading");
  }

  /** Resolves when the move may have clients wait: no other one reads ahead or has them wait. */
  pause(move: object): Promise<void> {
    return this.#turn(move, "pausing");
  }

  /** The move's turn is over, or will not be needed: then it never comes. */
  end(move: object): void {
    this.#waiting.delete(move);
    this.#taken.delete(move);
    this.#next();
  }

  #turn(move: object, purpose: Purpose): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.set(move, { purpose, begin });
      this.#next();
    });
  }

  #next(): void {
    for (const [move, { purpose, begin }] of this.#waiting) {
      const isFree = purpose === "pausing" ? this.#taken.size === 0 : !this.#isPaused;
      if (!isFree) return;
      this.#waiting.delete(move);
      this.#taken.set(move, purpose);
      begin();
    }
  }

  get #isPaused(): boolean {
    return this.#taken.values().some((purpose) => purpose === "pausing");
  }
}
