/** Standard output of a command whose result may be larger than memory, and whose reader may leave early (`| head`). */
export class Output {
  #closed = false;

  constructor() {
    // Without a listener the process would end with the trace of an error; whoever writes is told of it.
    process.stdout.on("error", () => undefined);
  }

  /** Nobody reads any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Writes a text and waits until it is taken. Writes nothing once the reader has left.
   * @throws when it cannot be written for another reason, such as a full disk: the result is not whole.
   */
  async write(text: string): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error === null || error === undefined) return resolve();
        const reason = "code" in error ? String(error.code) : error.message;
        this.#closed = true;
        if (reason === "EPIPE") resolve();
        else reject(new Error(`standard output cannot be written (${reason})`, { cause: error }));
      });
    });
  }
}
