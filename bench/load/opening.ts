/** A connection that is yet to be opened. */
export interface Openable {
  open(): void;
}

// Handshakes at a time: more only wait in the shop's accept queue, and a full one drops them.
const OPENING_MAX = 100;

/** Connections that are opened one after the other, some at a time. */
export class Opening {
  readonly #waiting: Openable[];
  readonly #total: number;
  readonly #progress: (opened: number, total: number) => void;
  readonly #all = Promise.withResolvers<void>();
  #opened = 0;

  constructor(connections: readonly Openable[], progress: (opened: number, total: number) => void) {
    this.#waiting = connections.toReversed();
    this.#total = connections.length;
    this.#progress = progress;
  }

  /** Opens all. @throws when the shop does not let one in. */
  async run(): Promise<void> {
    for (let begun = 0; begun < OPENING_MAX; begun += 1) this.#waiting.pop()?.open();
    if (this.#total === 0) this.#all.resolve();
    await this.#all.promise;
  }

  /** One more has been let in. */
  opened(): void {
    this.#opened += 1;
    this.#progress(this.#opened, this.#total);
    if (this.#opened === this.#total) this.#all.resolve();
    else this.#waiting.pop()?.open();
  }

  failed(reason: string): void {
    this.#all.reject(new Error(`the shop closed a visitor's connection: ${reason}`));
  }
}
