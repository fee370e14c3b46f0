import type { Context, Decision } from "../../engine/contract/decider.ts";
import { nothing } from "../decision.ts";
import type { OrderCommand, OrderEvent } from "./messages.ts";
import { authorised, captured, declined, timedOut } from "./payment.ts";
import { placeOrder } from "./place.ts";
import { refunded, requestReturn, returnRestocked } from "./returns.ts";
import { lineSecured, lineUnsecured } from "./securing.ts";
import { lineGone, lineRestocked, lineSold } from "./selling.ts";
import type { OrderState } from "./state.ts";

/**
 * Decides a command of `order/CART~N`. An answer that the order's phase does not wait for changes nothing: what an
 * outside provider says must not be able to stop a lane.
 */
export function decideOrder(
  state: OrderState,
  command: OrderCommand,
  context: Context,
): Decision<OrderEvent> {
  switch (command.type) {
    case "PlaceOrder":
      return state.phase === "new" ? placeOrder(state, command, context) : nothing;
    case "ReturnLines":
      return requestReturn(state, command, context);
    case "LineSecured":
      return state.phase === "securing" ? lineSecured(state, command, context) : nothing;
    case "LineUnavailable":
      if (state.phase === "securing") return lineUnsecured(state, command, context);
      return isSelling(state) ? lineGone(state, command, context) : nothing;
    case "LineSold":
      return isSelling(state) ? lineSold(state, command.line, context) : nothing;
    case "LineRestocked":
      return state.phase === "undoing"
        ? lineRestocked(state, command.line, context)
        : returnRestocked(state, command.line);
    case "PaymentAuthorised":
    case "PaymentDeclined":
    case "PaymentTimedOut":
    case "PaymentCaptured":
    case "PaymentVoided":
    case "PaymentRefunded":
      return command.paymentKey === state.orderId ? paymentAnswered(state, command, context) : nothing;
    case "WakeUp":
      return nothing;
  }
}

function paymentAnswered(
  state: OrderState,
  answer: Extract<OrderCommand, { paymentKey: string }>,
  context: Context,
): Decision<OrderEvent> {
  switch (answer.type) {
    case "PaymentAuthorised":
      return state.phase === "authorising" ? authorised(state, answer.reference, context) : nothing;
    case "PaymentDeclined":
      return state.phase === "authorising" ? declined(state, answer.reason, context) : nothing;
    case "PaymentTimedOut":
      return state.phase === "authorising" ? timedOut(state, context) : nothing;
    case "PaymentCaptured":
      return state.phase === "confirmed" ? captured(state) : nothing;
    case "PaymentVoided":
      return nothing;
    case "PaymentRefunded":
      return state.phase === "captured" ? refunded(state, answer.refundKey) : nothing;
  }
}

function isSelling(state: OrderState): boolean {
  return state.phase === "selling" || state.phase === "undoing";
}
