import { formatAddress } from "../../engine/contract/address.ts";
import type { Outcome } from "../../engine/contract/outcome.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import { HoldFacts } from "./hold-facts.ts";

/** Where in its shard something became durable. */
export interface DurablePlace {
  readonly epoch: number;
  readonly seq: number;
}

/** A key that the journal has, as of now. */
export interface DurableKey extends DurablePlace {
  readonly content: string;
  /** As JSON; undefined while the command is open. */
  readonly outcome: string | undefined;
}

/** What is durable at this moment, as the journal itself tells: answers are held against it while the simulation runs. */
export class DurableFacts {
  /** Every actor that the journal has, `tenant/kind/id`. */
  readonly actors = new Set<string>();
  readonly holds = new HoldFacts();
  readonly #keys = new Map<string, Map<string, DurableKey>>();

  take(segments: readonly Segment[]): void {
    for (const { seq, epoch, body } of segments) {
      for (const entry of body.actors) {
        const address = formatAddress(entry);
        this.actors.add(address);
        this.holds.follow(entry);
        for (const record of entry.keys) this.#record(address, record, { epoch, seq });
      }
    }
  }

  /** What the journal has of a key of that actor. */
  key(address: string, key: string): DurableKey | undefined {
    return this.#keys.get(address)?.get(key);
  }

  #record(
    address: string,
    record: { key: string; content: string; outcome?: Outcome },
    place: DurablePlace,
  ): void {
    const { key, content } = record;
    const outcome = record.outcome === undefined ? undefined : JSON.stringify(record.outcome);
    let keys = this.#keys.get(address);
    if (keys === undefined) {
      keys = new Map();
      this.#keys.set(address, keys);
    }
    keys.set(key, { content, outcome, ...place });
  }
}
