import type { Call } from "../../engine/contract/decider.ts";
import type { PaymentRequest } from "./messages.ts";
import type { OpenReturn, OrderState } from "./state.ts";

/** A request to the payment provider. */
export function paymentCall(request: PaymentRequest): Call {
  return { port: "payment", request };
}

/** Releases the money that may be set aside; nothing for a free order. */
export function voidCalls(state: OrderState): readonly Call[] {
  return state.totalMinor === 0 ? [] : [paymentCall({ type: "Void", paymentKey: state.orderId })];
}

/** Pays a return back; nothing for free items. */
export function refundCalls(
  state: OrderState,
  open: Pick<OpenReturn, "ticket" | "refundMinor">,
): readonly Call[] {
  const { orderId: paymentKey, currency } = state;
  const { ticket, refundMinor: amountMinor } = open;
  if (amountMinor === 0) return [];
  const refundKey = refundKeyOf(paymentKey, ticket);
  return [paymentCall({ type: "Refund", paymentKey, refundKey, amountMinor, currency })];
}

/** Names the refund of a return: `ORDER/TICKET`. */
export function refundKeyOf(orderId: string, ticket: number): string {
  return `${orderId}/${ticket}`;
}
