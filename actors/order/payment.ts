import type { Context, Decision, Message } from "../../engine/contract/decider.ts";
import { limits } from "../limits.ts";
import { holdIdOf, toCart, toInventory } from "../mail.ts";
import type { OrderEvent, OrderedLine } from "./messages.ts";
import { paymentCall, refundCalls, voidCalls } from "./payment-calls.ts";
import { refuseOrder } from "./refusing.ts";
import type { OrderState } from "./state.ts";

/** What is to be paid for which lines. */
export interface Charge {
  readonly paymentToken: string;
  readonly currency: string;
  readonly totalMinor: number;
  readonly lines: readonly Pick<OrderedLine, "line" | "sku">[];
}

const NO_PAYMENT_REFERENCE = "free";

/** Adds the payment to a decision: asks the provider to set the money aside, or goes on at once when all is free. */
export function payFor(
  state: OrderState,
  charge: Charge,
  events: readonly OrderEvent[],
  context: Context,
): Decision<OrderEvent> {
  const { paymentToken: token, currency, totalMinor: amountMinor } = charge;
  if (amountMinor === 0)
    return {
      events: [...events, { type: "PaymentAuthorised", reference: NO_PAYMENT_REFERENCE }],
      messages: sellAll(state, charge.lines, context),
    };
  const paymentKey = state.orderId;
  return { events, calls: [paymentCall({ type: "Authorise", paymentKey, token, amountMinor, currency })] };
}

/** The money is set aside: every line is sold now, one message each. */
export function authorised(state: OrderState, reference: string, context: Context): Decision<OrderEvent> {
  return {
    events: [{ type: "PaymentAuthorised", reference }],
    messages: sellAll(state, state.lines, context),
  };
}

/** The provider refuses to pay: nothing was set aside, and the holds stay with the cart. */
export function declined(state: OrderState, reason: string, context: Context): Decision<OrderEvent> {
  const refusal = {
    code: "payment_declined",
    detail: `The payment was declined: ${reason.slice(0, limits.reasonLengthMax).toWellFormed()}.`,
    field: "paymentToken",
  };
  return refuseOrder(state, refusal, {}, context);
}

/** Nobody knows whether the money was set aside: it is released either way, and the holds stay with the cart. */
export function timedOut(state: OrderState, context: Context): Decision<OrderEvent> {
  const refusal = {
    code: "payment_timeout",
    detail: "The payment provider did not answer in time; nothing was charged.",
    field: "paymentToken",
  };
  return { ...refuseOrder(state, refusal, {}, context), calls: voidCalls(state) };
}

/** All lines are sold: the shopper is answered now, the money is taken next. */
export function confirm(state: OrderState, context: Context): Decision<OrderEvent> {
  const { orderId, totalMinor, taxMinor, currency, checkOutTicket: ticket } = state;
  const answer = { type: "confirmed", totalMinor, taxMinor, currency } as const;
  const messages = [
    toCart(context.address.tenant, state.cartId, { type: "OrderEnded", orderId, ticket, answer }),
  ];
  if (totalMinor === 0)
    return { events: [{ type: "OrderConfirmed" }, { type: "PaymentCaptured" }], messages };
  return {
    events: [{ type: "OrderConfirmed" }],
    messages,
    calls: [paymentCall({ type: "Capture", paymentKey: orderId, amountMinor: totalMinor, currency })],
  };
}

/** The money is taken: returns that waited for it are refunded. */
export function captured(state: OrderState): Decision<OrderEvent> {
  return {
    events: [{ type: "PaymentCaptured" }],
    calls: [...state.returns.values()].flatMap((open) => refundCalls(state, open)),
  };
}

function sellAll(state: OrderState, lines: Charge["lines"], context: Context): Message[] {
  const { orderId, cartId } = state;
  return lines.map(({ line, sku }) =>
    toInventory(context.address.tenant, sku, {
      type: "SellHold",
      holdId: holdIdOf(cartId, line),
      orderId,
      line,
    }),
  );
}
