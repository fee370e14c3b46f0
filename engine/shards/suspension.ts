import type { Operation, OperationStore } from "../ports/operation-store.ts";

/** Whether somebody has switched balancing without being asked off: an operation that lasts until it is resumed. */
export class Suspension {
  readonly #operations: Pick<OperationStore, "open">;
  #isOn = false;

  constructor(operations: Pick<OperationStore, "open">) {
    this.#operations = operations;
  }

  /** As it was read last. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Reads it: what is stored counts, whether whoever asked for it got an answer or not. @throws when it cannot be read. */
  async read(): Promise<boolean> {
    await this.operations();
    return this.#isOn;
  }

  /** The operations that keep it on; none while it is off. @throws when they cannot be read. */
  async operations(): Promise<readonly Operation[]> {
    const suspending = (await this.#operations.open()).filter(({ kind }) => kind === "suspend");
    this.#isOn = suspending.length > 0;
    return suspending;
  }
}
