import type { Data } from "../../engine/contract/data.ts";
import type { Decider } from "../../engine/contract/decider.ts";
import { decideOrder } from "./decide.ts";
import { evolveOrder } from "./evolve.ts";
import type { OrderCommand, OrderEvent } from "./messages.ts";
import { projectOrder } from "./project.ts";
import { orderFromSnapshot, orderToSnapshot } from "./snapshot.ts";
import type { OrderState } from "./state.ts";
import { initialOrder } from "./state.ts";
import { viewOrder } from "./view.ts";

/** The kind `order`: one checkout from the hold to the captured payment, and the returns after it. */
export const orderDecider: Decider<OrderState, OrderCommand, OrderEvent> = {
  kind: "order",
  version: 1,
  initial: initialOrder,
  decide: decideOrder,
  evolve: evolveOrder,
  dueAtMs: () => undefined,
  isAtRest: ({ phase, returns }) => (phase === "captured" && returns.size === 0) || phase === "refused",
  wakeUp: { type: "WakeUp" },
  // The shopper has had the confirmation; at most a refund follows, which may wait a moment.
  unhurried: new Set(["PaymentCaptured", "PaymentVoided"]),
  counted: new Set(["OrderConfirmed"]),
  // The view holds a `Refusal`, which is plain data but, being an interface, does not say so by its type.
  view: (state) => viewOrder(state) as Data | undefined,
  toSnapshot: orderToSnapshot,
  fromSnapshot: orderFromSnapshot,
  project: projectOrder,
};
