import { asError } from "./as-error.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** How long a call takes from one thread of a process to another, milliseconds. */
export const WAY_MS = 0.1;

/** Calls from one thread of a process to another: they are begun in the order in which they were made, and so are answers read. */
export class ThreadCalls {
  readonly #process: SimulatedProcess;
  readonly #calls: (() => void)[] = [];
  readonly #answers: (() => void)[] = [];

  constructor(process: SimulatedProcess) {
    this.#process = process;
  }

  /** Does the task in the other thread. Rejects as it does. */
  ask<Reply>(task: () => Promise<Reply> | Reply): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const begin = async (): Promise<Reply> => task();
    this.#pass(this.#calls, () => {
      begin().then(
        (reply) => this.#pass(this.#answers, () => resolve(reply)),
        (error: unknown) => this.#pass(this.#answers, () => reject(asError(error))),
      );
    });
    return promise;
  }

  /** What comes at one moment is drawn in any order: whoever's turn it is, the first of them goes. */
  #pass(queue: (() => void)[], task: () => void): void {
    queue.push(task);
    this.#process.plan(WAY_MS, () => queue.shift()?.());
  }
}
