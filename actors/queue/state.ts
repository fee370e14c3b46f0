import type { Address } from "../../engine/contract/address.ts";
import type { WaitingLine } from "../../engine/contract/waiting-line.ts";
import type { QueueTerms, Shuffle } from "./messages.ts";

/** The waiting room of a sale. `evolve` changes it in place. */
export interface QueueState {
  readonly sale: string;
  /** Null until it is opened. */
  terms: QueueTerms | null;
  /** Numbers that were given out. */
  issued: number;
  /** What the salts of all gateways add up to so far: the seed of the shuffle, which nobody knows before the start. */
  chance: number;
  shuffle: Shuffle | null;
  line: WaitingLine;
}

/** The queue of a sale without a waiting room. */
export function initialQueue(address: Address): QueueState {
  return {
    sale: address.id,
    terms: null,
    issued: 0,
    chance: 0,
    shuffle: null,
    line: { base: 0, sinceMs: 0, perMinute: 0, passed: 0 },
  };
}
