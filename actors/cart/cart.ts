import type { Decider } from "../../engine/contract/decider.ts";
import { decideCart } from "./decide.ts";
import { evolveCart } from "./evolve.ts";
import type { CartCommand, CartEvent } from "./messages.ts";
import { cartFromSnapshot, cartToSnapshot } from "./snapshot.ts";
import type { CartState } from "./state.ts";
import { initialCart } from "./state.ts";
import { viewCart } from "./view.ts";

/** The kind `cart`: a shopper's lines, each with a hold on its stock, and the checkout of all of them. */
export const cartDecider: Decider<CartState, CartCommand, CartEvent> = {
  kind: "cart",
  version: 2,
  // Version 2 passes on who was let into a sale; nobody was before.
  upcasters: [{}],
  initial: initialCart,
  decide: decideCart,
  evolve: evolveCart,
  dueAtMs: () => undefined,
  wakeUp: { type: "WakeUp" },
  view: viewCart,
  toSnapshot: cartToSnapshot,
  fromSnapshot: cartFromSnapshot,
  project: () => [],
};
