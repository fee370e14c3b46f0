import type { Address } from "../../engine/contract/address.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { WaitingLine } from "../../engine/contract/waiting-line.ts";
import type { QueueTerms, Shuffle } from "./messages.ts";
import type { QueueState } from "./state.ts";
import { initialQueue } from "./state.ts";

/** The queue as plain data. */
export type QueueSnapshot = {
  readonly terms: QueueTerms | null;
  readonly issued: number;
  readonly chance: number;
  readonly shuffle: Shuffle | null;
  readonly line: WaitingLine;
};

/** The state as plain data. */
export function queueToSnapshot({ terms, issued, chance, shuffle, line }: QueueState): Data {
  const snapshot: QueueSnapshot = { terms, issued, chance, shuffle, line };
  return snapshot;
}

/** The state that the snapshot was taken of. */
export function queueFromSnapshot(snapshot: Data, address: Address): QueueState {
  return Object.assign(initialQueue(address), snapshot as QueueSnapshot);
}
