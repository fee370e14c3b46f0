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

/**
 * The idempotency keys of one actor: all that are open, and the newest that are settled.
 *
 * What is forgotten depends only on the order of remembering and settling, so folding the journal forgets the same keys.
 */
export class KeyMemory {
  readonly #settledMax: number;
  /** Settled keys in the order of their settlement; open ones anywhere between. */
  readonly #byKey = new Map<string, RememberedKey>();
  readonly #open = new Map<number, RememberedKey>();

  /** Keeps `settledMax` settled keys. */
  constructor(settledMax: number) {
    this.#settledMax = settledMax;
  }

  find(key: string): RememberedKey | undefined {
    return this.#byKey.get(key);
  }

  openTicket(ticket: number): RememberedKey | undefined {
    return this.#open.get(ticket);
  }

  /** Takes in a record of the journal: a new key, or the outcome of one that is open. */
  restore(record: KeyRecord): void {
    const open = this.#open.get(record.ticket);
    if (open === undefined) this.remember({ ...record });
    else if (record.outcome !== undefined) this.settle(open, record.outcome);
  }

  /** Remembers a key whose command is over or has been left open. */
  remember(remembered: RememberedKey): void {
    if (remembered.outcome === undefined) this.#open.set(remembered.ticket, remembered);
    this.#byKey.set(remembered.key, remembered);
    this.#trim();
  }

  /** Lets a command be settled while it is being carried out; afterwards it is remembered, or dropped. */
  begin(remembered: RememberedKey): void {
    if (remembered.outcome === undefined) this.#open.set(remembered.ticket, remembered);
  }

  /** Gives up a command that was begun and came to nothing. */
  drop(remembered: RememberedKey): void {
    this.#open.delete(remembered.ticket);
  }

  settle(remembered: RememberedKey, outcome: Outcome): void {
    assert(remembered.outcome === undefined, "a key is settled once");
    remembered.outcome = outcome;
    this.#open.delete(remembered.ticket);
    // To the end: a key that was open for long is among the newest once its caller can ask for the outcome.
    if (!this.#byKey.delete(remembered.key)) return;
    this.#byKey.set(remembered.key, remembered);
    this.#trim();
  }

  /** All keys, the oldest first. */
  records(): readonly KeyRecord[] {
    return Array.from(this.#byKey.values(), (remembered) => ({ ...remembered }));
  }

  #trim(): void {
    let surplus = this.#byKey.size - this.#open.size - this.#settledMax;
    if (surplus <= 0) return;
    for (const remembered of this.#byKey.values()) {
      if (surplus === 0) return;
      if (remembered.outcome === undefined) continue;
      this.#byKey.delete(remembered.key);
      surplus -= 1;
    }
  }
}
