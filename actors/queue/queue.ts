import type { Decider } from "../../engine/contract/decider.ts";
import { decideQueue } from "./decide.ts";
import { evolveQueue } from "./evolve.ts";
import type { QueueCommand, QueueEvent } from "./messages.ts";
import { queueFromSnapshot, queueToSnapshot } from "./snapshot.ts";
import type { QueueState } from "./state.ts";
import { initialQueue } from "./state.ts";
import { viewQueue } from "./view.ts";

/** The kind `queue`: the waiting room of one sale, with the numbers of those who wait. */
export const queueDecider: Decider<QueueState, QueueCommand, QueueEvent> = {
  kind: "queue",
  version: 1,
  initial: initialQueue,
  decide: decideQueue,
  evolve: evolveQueue,
  dueAtMs: ({ terms, shuffle }) => (shuffle === null ? terms?.startsAtMs : undefined),
  wakeUp: { type: "WakeUp" },
  view: viewQueue,
  toSnapshot: queueToSnapshot,
  fromSnapshot: queueFromSnapshot,
  // Whoever looks at a queue looks at its view.
  project: () => [],
};
