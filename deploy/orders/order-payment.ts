import type { OrderEvent } from "../../actors/order/messages.ts";
import { refundKeyOf } from "../../actors/order/payment-calls.ts";
import type { OrderHistory } from "./order-history.ts";

/** Where the money of an order is, without the means it was paid by. */
export interface OrderPayment {
  readonly state:
    | "not asked for yet"
    | "asked for"
    | "authorised"
    | "captured"
    | "free of charge"
    | "being released"
    | "released"
    | "nothing was charged";
  /** What the provider calls the payment; null while it has none. */
  readonly reference: string | null;
  readonly refunds: readonly OrderRefund[];
}

/** The money of one return. */
export interface OrderRefund {
  /** What the provider knows the refund by. */
  readonly refund: string;
  readonly amountMinor: number;
  readonly isMade: boolean;
}

/** Where the money of an order is. */
export function orderPayment(history: OrderHistory): OrderPayment {
  const events = history.steps.flatMap((step) => step.events as readonly OrderEvent[]);
  const authorised = events.find((event) => event.type === "PaymentAuthorised");
  const made = new Set(events.flatMap((event) => (event.type === "RefundMade" ? [event.ticket] : [])));
  const refunds = events.flatMap((event) =>
    event.type === "ReturnRequested" && event.refundMinor > 0
      ? {
          refund: refundKeyOf(history.view.orderId, event.ticket),
          amountMinor: event.refundMinor,
          isMade: made.has(event.ticket),
        }
      : [],
  );
  return { state: stateOf(history), reference: authorised?.reference ?? null, refunds };
}

function stateOf({ state, view, steps }: OrderHistory): OrderPayment["state"] {
  if (view.totalMinor === 0) return "free of charge";
  switch (state.phase) {
    case "new":
    case "securing":
      return "not asked for yet";
    case "authorising":
      return "asked for";
    case "selling":
    case "confirmed":
      return "authorised";
    case "captured":
      return "captured";
    case "undoing":
      return "being released";
    case "refused": {
      const numbers = steps.flatMap(({ called }) =>
        called.filter(({ request }) => request.type === "Void").map(({ number }) => number),
      );
      if (numbers.length === 0) return "nothing was charged";
      const isAnswered = steps.some(({ answered }) => answered.some((number) => numbers.includes(number)));
      return isAnswered ? "released" : "being released";
    }
  }
}
