import type { Context, Decision } from "../../engine/contract/decider.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { OrderCommand, OrderEvent } from "./messages.ts";
import { payFor } from "./payment.ts";
import { lineRefusal, refuseOrder } from "./refusing.ts";
import type { OrderState } from "./state.ts";
import { lineOf } from "./state.ts";

/**
 * A line's hold lasts. With the last answer the order goes on to the payment, or is refused because another line
 * was lost; it waits for all answers so that the cart learns what became of every line.
 */
export function lineSecured(
  state: OrderState,
  command: Extract<OrderCommand, { type: "LineSecured" }>,
  context: Context,
): Decision<OrderEvent> {
  const { line, expiresAtMs: holdExpiresAtMs } = command;
  const isLast = state.awaited === 1;
  if (!isLast) return { events: [{ type: "LineSecured", line, holdExpiresAtMs }] };
  if (state.refusal !== null)
    return refuseOrder(state, state.refusal, { securedLine: { line, holdExpiresAtMs } }, context);
  const { paymentToken, currency, totalMinor } = state;
  assert(paymentToken !== null, "the payment token is gone", state.orderId);
  const charge = { paymentToken, currency, totalMinor, lines: state.lines };
  return payFor(state, charge, [{ type: "OrderSecured", line, holdExpiresAtMs }], context);
}

/** A line's stock is gone, or kept no longer: the order is refused once the others have answered. Nothing has been charged. */
export function lineUnsecured(
  state: OrderState,
  command: Extract<OrderCommand, { type: "LineUnavailable" }>,
  context: Context,
): Decision<OrderEvent> {
  const { line } = command;
  const refusal = state.refusal ?? lineRefusal(lineOf(state, line), command.refusal);
  const isLast = state.awaited === 1;
  return isLast
    ? refuseOrder(state, refusal, { lostLine: line }, context)
    : { events: [{ type: "LineLost", line, refusal }] };
}
