import { assert } from "../../engine/contract/assert.ts";
import type { OrderEvent, OrderStatus } from "./messages.ts";

/**
 * Where an order is, in full: `new` before it is placed, and `undoing` while a line that was lost late makes it give
 * back those that are sold. Everybody else sees `undoing` as `selling`.
 */
export type OrderPhase = OrderStatus | "new" | "undoing";

type Transitions = Readonly<Partial<Record<OrderEvent["type"], readonly OrderPhase[]>>>;

/**
 * The whole life of an order: in a phase, an event leads to a phase. An event that is not in the table cannot
 * happen. `OrderPlaced` says itself which of its two phases it leads to.
 */
export const LIFECYCLE: Readonly<Record<OrderPhase, Transitions>> = {
  new: {
    OrderPlaced: ["securing", "authorising"],
  },
  securing: {
    LineSecured: ["securing"],
    LineLost: ["securing"],
    OrderSecured: ["authorising"],
    OrderRefused: ["refused"],
  },
  authorising: {
    PaymentAuthorised: ["selling"],
    OrderRefused: ["refused"],
  },
  selling: {
    LineSold: ["selling"],
    LineLost: ["undoing"],
    OrderConfirmed: ["confirmed"],
    OrderRefused: ["refused"],
  },
  undoing: {
    LineSold: ["undoing"],
    LineLost: ["undoing"],
    LineRestocked: ["undoing"],
    OrderRefused: ["refused"],
  },
  confirmed: {
    PaymentCaptured: ["captured"],
    ReturnRequested: ["confirmed"],
    LineRestocked: ["confirmed"],
  },
  captured: {
    ReturnRequested: ["captured"],
    RefundMade: ["captured"],
    LineRestocked: ["captured"],
  },
  refused: {},
};

/** The phase that an event leads to. Throws when the table does not have it. */
export function nextPhase(phase: OrderPhase, event: OrderEvent): OrderPhase {
  const targets = LIFECYCLE[phase][event.type] ?? [];
  const target = event.type === "OrderPlaced" ? event.status : targets[0];
  assert(target !== undefined, "an order cannot have this event in its phase", phase, event.type);
  assert(targets.includes(target), "an order cannot get to this phase by its event", event.type, target);
  return target;
}

/** The status that everybody sees; undefined before the order is placed. */
export function statusOf(phase: OrderPhase): OrderStatus | undefined {
  if (phase === "new") return undefined;
  return phase === "undoing" ? "selling" : phase;
}
