import type { SegmentBody, ShardMemory } from "../../engine/contract/segment.ts";

type Numbers = readonly (readonly [shard: number, number: number])[];

/** The numbers of a shard's messages and calls, counted from its journal. */
export class ShardNumbers {
  readonly #sent = new Map<number, number>();
  readonly #received = new Map<number, number>();
  #callNumber = 0;

  follow(body: SegmentBody): void {
    for (const { toShard, number } of body.sent) this.#sent.set(toShard, number);
    for (const [fromShard, number] of body.received) this.#received.set(fromShard, number);
    for (const { number } of body.called) this.#callNumber = number;
  }

  /** What a stored memory says otherwise; undefined when it says the same. */
  difference(memory: ShardMemory): string | undefined {
    if (memory.callNumber !== this.#callNumber)
      return `has call number ${memory.callNumber}, the journal ${this.#callNumber}`;
    if (!isSame(memory.sentNumbers, this.#sent)) return "has other numbers of sent messages than the journal";
    if (!isSame(memory.receivedNumbers, this.#received))
      return "has other numbers of received messages than the journal";
    return undefined;
  }
}

/** A shard without a message counts as one with number 0. */
function isSame(stored: Numbers, counted: ReadonlyMap<number, number>): boolean {
  const known = new Map(stored);
  for (const [shard, number] of counted) if ((known.get(shard) ?? 0) !== number) return false;
  return stored.every(([shard, number]) => number === (counted.get(shard) ?? 0));
}
