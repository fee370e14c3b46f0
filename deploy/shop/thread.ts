import * as Comlink from "comlink";
import { Superseded, SUPERSEDED_EXIT_CODE } from "./superseded.ts";

/** A worker thread with its control calls. The process is the unit of failure: a thread that ends unasked ends the node. */
export class Thread<Control> {
  readonly name: string;
  /** Kept here for the thread's life: a collected proxy would drop its calls in flight. */
  readonly control: Comlink.Remote<Control>;
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<void>();
  #stopping = false;

  constructor(name: string, script: URL, failed: (error: Error) => void) {
    this.name = name;
    this.#worker = new Worker(script, { name });
    this.#worker.addEventListener("error", (event) => {
      failed(new Error(`thread ${name} failed: ${event.message}`));
    });
    this.#worker.addEventListener("close", (event) => {
      this.#ended.resolve();
      if (this.#stopping) return;
      const code = "code" in event ? event.code : "unknown";
      if (code === SUPERSEDED_EXIT_CODE) failed(new Superseded("another shop has taken over the database"));
      else failed(new Error(`thread ${name} ended with code ${String(code)}`));
    });
    this.control = Comlink.wrap<Control>(this.#worker);
  }

  /** Waits for an answer of the thread, or for its end: a thread that is gone answers nothing any more. */
  async answered(answer: Promise<void>): Promise<void> {
    await Promise.race([answer, this.#ended.promise]);
  }

  /** From now on the end of this thread is no failure. */
  letGo(): void {
    this.#stopping = true;
    this.#worker.unref();
  }
}
