import { assert } from "../../engine/contract/assert.ts";
import type { QueueEvent } from "./messages.ts";
import type { QueueState } from "./state.ts";

/** Applies an event to the queue, in place. */
export function evolveQueue(state: QueueState, event: QueueEvent): QueueState {
  switch (event.type) {
    case "QueueSet":
      assert(state.shuffle === null || state.terms?.startsAtMs === event.terms.startsAtMs, "a start is over");
      state.terms = event.terms;
      return state;
    case "NumbersIssued":
      assert(event.count > 0, "numbers were issued to nobody", state.sale);
      state.issued += event.count;
      state.chance = mixed(state.chance, event.salt);
      return state;
    case "QueueShuffled":
      assert(state.shuffle === null, "a queue was shuffled twice", state.sale);
      assert(event.size === state.issued, "not everybody who was there was shuffled", state.sale);
      state.shuffle = { size: event.size, seed: event.seed };
      return state;
    case "LineSet":
      // Only those that nobody has yet.
      assert(
        event.line.base >= Math.min(state.line.base, state.issued),
        "a place was taken back",
        state.sale,
      );
      assert(event.line.passed >= state.line.passed, "a place that was over came back", state.sale);
      state.line = event.line;
      return state;
  }
}

/** Adds a gateway's salt to those before: the finishing steps of MurmurHash3 (Austin Appleby, public domain). */
function mixed(chance: number, salt: number): number {
  let hash = (Math.imul(chance, 31) + salt) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
