/** A connection that is yet to be opened. */
export interface Openable {
  open(): void;
}

// Handshakes at a time: more only wait in the shop's accept queue, and a full one drops them.
const OPENING_MAX = 100;

/** How long a shop may let nobody in before it counts as one that never will, milliseconds. */
const NOBODY_OPENED_MS_MAX = 30_000;

/** Connections that are opened one after the other, some at a time. */
export class Opening {
  readonly #waiting: Openable[];
  readonly #total: number;
  readonly #progress: (opened: number, total: number) => void;
  readonly #patienceMs: number;
  readonly #all = Promise.withResolvers<void>();
  #opened = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(
    connections: readonly Openable[],
    progress: (opened: number, total: number) => void,
    patienceMs = NOBODY_OPENED_MS_MAX,
  ) {
    this.#waiting = connections.toReversed();
    this.#total = connections.length;
    this.#progress = progress;
    this.#patienceMs = patienceMs;
  }

  /** Opens all. @throws when the shop refuses one, or lets nobody in for too long. */
  async run(): Promise<void> {
    this.#beginPatience();
    for (let begun = 0; begun < OPENING_MAX; begun += 1) this.#waiting.pop()?.open();
    if (this.#total === 0) this.#all.resolve();
    await this.#all.promise.finally(() => clearTimeout(this.#patience));
  }

  /** One more has been let in. */
  opened(): void {
    this.#opened += 1;
    this.#beginPatience();
    this.#progress(this.#opened, this.#total);
    if (this.#opened === this.#total) this.#all.resolve();
    else this.#waiting.pop()?.open();
  }

  failed(reason: string): void {
    this.#all.reject(new Error(`the shop closed a visitor's connection: ${reason}`));
  }

  #beginPatience(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      const seconds = this.#patienceMs / 1_000;
      const those = `${this.#opened} of ${this.#total} connections`;
      this.#all.reject(new Error(`the shop let in ${those}, and nobody more for ${seconds} s`));
    }, this.#patienceMs);
  }
}
