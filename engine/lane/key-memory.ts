import { assert } from "../contract/assert.ts";
import type { Outcome } from "../contract/outcome.ts";
import type { KeyRecord } from "../contract/segment.ts";

/** A key that an actor remembers; settled in place. */
export interface RememberedKey {
  readonly ticket: number;
  readonly key: string;
  readonly content: string;
  outcome?: Outcome;
}

// So few keys are found by looking at each.
const MAP_FROM = 4;

/**
 * The idempotency keys of one actor: all that are open, and the newest that are settled.
 *
 * What is forgotten depends only on the order of remembering and settling, so folding the journal forgets the same keys.
 */
export class KeyMemory {
  readonly #settledMax: number;
  /** Made when there are some: for a cart that was left after its first line, a map would be most of its memory. */
  #byKey: Map<string, RememberedKey> | undefined;
  /** Settled keys as a ring; the oldest is at `#oldest` once the ring is full. */
  readonly #settled: RememberedKey[] = [];
  #oldest = 0;
  /** Few, and mostly settled in their order. */
  readonly #open: RememberedKey[] = [];
  /** The key of the command that is being carried out. */
  #begun: RememberedKey | undefined;

  /** Keeps `settledMax` settled keys, at least one. */
  constructor(settledMax: number) {
    assert(settledMax >= 1, "an actor remembers at least one settled key");
    this.#settledMax = settledMax;
  }

  find(key: string): RememberedKey | undefined {
    if (this.#byKey !== undefined) return this.#byKey.get(key);
    for (const remembered of this.#settled) if (remembered.key === key) return remembered;
    for (const remembered of this.#open) if (remembered.key === key) return remembered;
    return undefined;
  }

  openTicket(ticket: number): RememberedKey | undefined {
    if (this.#begun?.ticket === ticket) return this.#begun;
    return this.#open.find((remembered) => remembered.ticket === ticket);
  }

  /** Takes in a record of the journal: a new key, or the outcome of one that is open. */
  restore(record: KeyRecord): void {
    const open = this.openTicket(record.ticket);
    if (open === undefined) this.remember({ ...record });
    else if (record.outcome !== undefined) this.settle(open, record.outcome);
  }

  /** Remembers a key whose command is over or has been left open. */
  remember(remembered: RememberedKey): void {
    this.#begun = undefined;
    this.#index(remembered);
    if (remembered.outcome === undefined) this.#open.push(remembered);
    else this.#keep(remembered);
  }

  /** Lets a command be settled while it is being carried out; afterwards it is remembered, or dropped. */
  begin(remembered: RememberedKey): void {
    if (remembered.outcome === undefined) this.#begun = remembered;
  }

  /** Gives up a command that was begun and came to nothing. */
  drop(remembered: RememberedKey): void {
    if (this.#begun === remembered) this.#begun = undefined;
  }

  settle(remembered: RememberedKey, outcome: Outcome): void {
    assert(remembered.outcome === undefined, "a key is settled once");
    remembered.outcome = outcome;
    if (this.#begun === remembered) {
      this.#begun = undefined;
      return;
    }
    this.#open.splice(this.#open.indexOf(remembered), 1);
    // A key that was open for long is among the newest once its caller can ask for the outcome.
    this.#keep(remembered);
  }

  /** All keys: the settled ones, the oldest first, then those that are open. */
  records(): readonly KeyRecord[] {
    const settled = [...this.#settled.slice(this.#oldest), ...this.#settled.slice(0, this.#oldest)];
    return [...settled, ...this.#open].map((remembered) => ({ ...remembered }));
  }

  #index(remembered: RememberedKey): void {
    if (this.#byKey === undefined) {
      if (this.#settled.length + this.#open.length < MAP_FROM) return;
      this.#byKey = new Map([...this.#settled, ...this.#open].map((known) => [known.key, known]));
    }
    this.#byKey.set(remembered.key, remembered);
  }

  #keep(remembered: RememberedKey): void {
    const oldest = this.#settled[this.#oldest];
    if (this.#settled.length < this.#settledMax || oldest === undefined) {
      this.#settled.push(remembered);
      return;
    }
    this.#byKey?.delete(oldest.key);
    this.#settled[this.#oldest] = remembered;
    this.#oldest = (this.#oldest + 1) % this.#settledMax;
  }
}
