import type { Entropy } from "../ports/entropy.ts";

/** UUIDs that count up, the same in every run. */
export class SequentialEntropy implements Entropy {
  #count = 0;

  uuid(): string {
    this.#count += 1;
    return `00000000-0000-7000-8000-${String(this.#count).padStart(12, "0")}`;
  }
}
