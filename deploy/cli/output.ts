/** Standard output of a command whose result may be larger than memory, and whose reader may leave early (`| head`). */
export class Output {
  #closed = false;

  constructor() {
    // Without a listener the process would end with the trace of an error that is none.
    process.stdout.on("error", () => {
      this.#closed = true;
    });
  }

  /** Nobody reads any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Writes a text and waits until it is taken. Writes nothing once the reader has left. */
  async write(text: string): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      process.stdout.write(text, (error) => {
        if (error !== null && error !== undefined) this.#closed = true;
        resolve();
      });
    });
  }
}
