/**
 * Lets so many questions be asked at once, and so many others wait for their turn.
 *
 * The newest is the next: when more is asked than can be answered, a turn for whoever has waited longest is work for somebody who is
 * about to go.
 */
export class CatalogueTurns {
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(turns: number, waitingMax: number) {
    this.#free = turns;
    this.#waitingMax = waitingMax;
  }

  /** Whether there is neither a turn nor a place to wait for one. */
  get areTaken(): boolean {
    return this.#free === 0 && this.#waiting.length >= this.#waitingMax;
  }

  /** Resolves to true at one's turn, which lasts until {@link CatalogueTurns.end}; to false after this time, ms, without a turn. */
  take(withinMs: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        resolve(false);
      }, withinMs);
      this.#waiting.push(begin);
    });
  }

  /** Ends a turn, and begins that of the next. */
  end(): void {
    const next = this.#waiting.pop();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
