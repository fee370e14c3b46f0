import type { Context, Decision, Message } from "../../engine/contract/decider.ts";
import { toInventory } from "../mail.ts";
import type { OrderCommand, OrderEvent } from "./messages.ts";
import { voidCalls } from "./payment-calls.ts";
import { confirm } from "./payment.ts";
import { lineRefusal, refuseOrder } from "./refusing.ts";
import type { OrderLine, OrderState } from "./state.ts";
import { lineOf } from "./state.ts";

/** A line is sold. The last one confirms the order; once a line was lost, this one goes back on the shelf. */
export function lineSold(state: OrderState, line: number, context: Context): Decision<OrderEvent> {
  if (state.phase === "undoing")
    return {
      events: [{ type: "LineSold", line }],
      messages: [giveBack(state, lineOf(state, line), context)],
    };
  return state.awaited === 1 ? confirm(state, context) : { events: [{ type: "LineSold", line }] };
}

/**
 * A line's hold ended between payment and sale: all or nothing, so the money is released and the lines that are
 * sold go back on the shelf. The order is refused once every line is lost or back.
 */
export function lineGone(
  state: OrderState,
  command: Extract<OrderCommand, { type: "LineUnavailable" }>,
  context: Context,
): Decision<OrderEvent> {
  const { line } = command;
  const refusal = state.refusal ?? lineRefusal(lineOf(state, line), command.refusal);
  // The first line that is lost starts the undoing; the money is released then, once.
  const isFirst = state.phase === "selling";
  const calls = isFirst ? voidCalls(state) : [];
  const isLast = isFirst ? state.lines.length === 1 : state.awaited === 1;
  if (isLast) return { ...refuseOrder(state, refusal, { lostLine: line }, context), calls };
  const sold = isFirst ? state.lines.filter(({ fate }) => fate === "sold") : [];
  return {
    events: [{ type: "LineLost", line, refusal }],
    messages: sold.map((soldLine) => giveBack(state, soldLine, context)),
    calls,
  };
}

/** A line that was sold is back on the shelf; the last one ends the order. */
export function lineRestocked(state: OrderState, line: number, context: Context): Decision<OrderEvent> {
  if (state.awaited === 1 && state.refusal !== null)
    return refuseOrder(state, state.refusal, { lostLine: line }, context);
  return { events: [{ type: "LineRestocked", line, ticket: 0 }] };
}

function giveBack(state: OrderState, line: OrderLine, context: Context): Message {
  return toInventory(context.address.tenant, line.sku, {
    type: "ReturnStock",
    orderId: state.orderId,
    line: line.line,
    customer: state.customer,
    quantity: line.quantity,
  });
}
