import type { Address } from "../contract/address.ts";
import type { Typed } from "../contract/decider.ts";
import type { Segment } from "../ports/journal.ts";

/** A message to an actor as its sender's shard has it. */
export interface ReceivedMessage {
  readonly fromShard: number;
  /** The segment of the sender's shard that it left with. */
  readonly fromSeq: number;
  readonly number: number;
  readonly sentAtMs: number;
  readonly command: Typed;
}

/** The messages that other shards have sent to one actor. */
export class Inbox {
  readonly #address: Address;
  /** By source shard, in the order of their numbers. */
  readonly #waiting = new Map<number, ReceivedMessage[]>();

  constructor(address: Address) {
    this.#address = address;
  }

  /** Takes in a segment of a sender's shard. */
  add({ shard, seq, body }: Segment): void {
    const { tenant, kind, id } = this.#address;
    for (const message of body.sent) {
      if (message.id !== id || message.kind !== kind || message.tenant !== tenant) continue;
      const { number, command } = message;
      const waiting = this.#waiting.get(shard) ?? [];
      this.#waiting.set(shard, waiting);
      waiting.push({ fromShard: shard, fromSeq: seq, number, sentAtMs: body.atMs, command });
    }
  }

  /** Takes out what has taken effect: messages of a shard up to a number. */
  take(fromShard: number, number: number): readonly ReceivedMessage[] {
    const waiting = this.#waiting.get(fromShard) ?? [];
    const end = waiting.findIndex((message) => message.number > number);
    return waiting.splice(0, end < 0 ? waiting.length : end);
  }

  /** Messages that have not taken effect. */
  get onTheirWay(): readonly ReceivedMessage[] {
    return [...this.#waiting.values()].flat();
  }
}
