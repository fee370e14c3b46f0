/**
 * The keys that an actor has to remember, by what the journal says: those that are open, and the last that were settled. Not the
 * memory of the lanes, whose faults are to be found.
 */
export class RememberedKeys {
  /** Tickets by key. */
  readonly #open = new Map<string, number>();
  /** The same, the one that was settled first in front. */
  readonly #settled = new Map<string, number>();

  readonly #settledMax: number;

  constructor(settledMax: number) {
    this.#settledMax = settledMax;
  }

  /** The ticket that a key stands for. */
  ticketOf(key: string): number | undefined {
    return this.#open.get(key) ?? this.#settled.get(key);
  }

  open(key: string, ticket: number): void {
    this.#open.set(key, ticket);
  }

  settle(key: string, ticket: number): void {
    this.#open.delete(key);
    this.#settled.delete(key);
    this.#settled.set(key, ticket);
    const [first] = this.#settled.keys();
    if (first !== undefined && this.#settled.size > this.#settledMax) this.#settled.delete(first);
  }
}
