import type { Context, Decision } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { done } from "../../engine/contract/outcome.ts";
import { invalidQuantity, nothing, refuse } from "../decision.ts";
import { isQuantity, isText, limits } from "../limits.ts";
import { toInventory } from "../mail.ts";
import type { OrderEvent, ReturnLines, ReturnLinesReply } from "./messages.ts";
import { refundCalls, refundKeyOf } from "./payment-calls.ts";
import type { OpenReturn, OrderState } from "./state.ts";
import { findLine, lineOf } from "./state.ts";

/**
 * Takes sold units back: they go on the shelf at once, the money follows as soon as it was taken. Settled when both
 * have happened.
 */
export function requestReturn(
  state: OrderState,
  command: ReturnLines,
  context: Context,
): Decision<OrderEvent> {
  const refusal = returnRefusal(state, command);
  if (refusal !== undefined) return refuse(refusal);
  const { ticket } = context;
  const lines = command.lines.map(({ line, quantity }) => ({ line, quantity }));
  const refundMinor = lines.reduce(
    (sum, { line, quantity }) => sum + lineOf(state, line).unitPriceMinor * quantity,
    0,
  );
  return {
    events: [{ type: "ReturnRequested", ticket, lines, refundMinor, reason: command.reason }],
    messages: lines.map(({ line, quantity }) =>
      toInventory(context.address.tenant, lineOf(state, line).sku, {
        type: "ReturnStock",
        orderId: state.orderId,
        line,
        customer: state.customer,
        quantity,
      }),
    ),
    calls: state.phase === "captured" ? refundCalls(state, { ticket, refundMinor }) : [],
  };
}

/** The provider has paid a return back. */
export function refunded(state: OrderState, refundKey: string): Decision<OrderEvent> {
  for (const open of state.returns.values())
    if (!open.refunded && refundKeyOf(state.orderId, open.ticket) === refundKey) {
      const { ticket, refundMinor } = open;
      const event: OrderEvent = { type: "RefundMade", ticket, refundMinor };
      return open.restocking.size === 0 ? finish(state, open, event) : { events: [event] };
    }
  return nothing;
}

/**
 * Units of a line are back on the shelf. One inventory answers in the order it was asked, so they belong to the
 * oldest return that waits for this line.
 */
export function returnRestocked(state: OrderState, line: number): Decision<OrderEvent> {
  for (const open of state.returns.values())
    if (open.restocking.has(line)) {
      const event: OrderEvent = { type: "LineRestocked", line, ticket: open.ticket };
      return open.refunded && open.restocking.size === 1 ? finish(state, open, event) : { events: [event] };
    }
  return nothing;
}

function finish(state: OrderState, open: OpenReturn, event: OrderEvent): Decision<OrderEvent> {
  const { orderId, currency } = state;
  const reply: ReturnLinesReply = { orderId, refundedMinor: open.refundMinor, currency };
  return { events: [event], settled: [{ ticket: open.ticket, outcome: done(reply) }] };
}

function returnRefusal(state: OrderState, command: ReturnLines): Refusal | undefined {
  if (state.phase === "new")
    return {
      code: "order_not_found",
      detail: `There is no order ${state.orderId}.`,
      field: "order",
      values: { order: state.orderId },
    };
  if (state.phase !== "confirmed" && state.phase !== "captured")
    return {
      code: "order_not_confirmed",
      detail: "Only lines of a confirmed order can be returned.",
      field: "order",
    };
  if (!isText(command.reason, limits.reasonLengthMax))
    return {
      code: "invalid_reason",
      detail: `The reason must have 1 to ${limits.reasonLengthMax} characters.`,
      field: "reason",
      values: { limit: limits.reasonLengthMax },
    };
  if (state.returns.size >= limits.openReturnsMax)
    return {
      code: "too_many_returns",
      detail: "Too many returns of this order are under way.",
      retryAfterMs: limits.fullRetryMs,
    };
  return linesRefusal(state, command.lines);
}

function linesRefusal(state: OrderState, lines: ReturnLines["lines"]): Refusal | undefined {
  if (lines.length === 0)
    return { code: "invalid_lines", detail: "A return must name at least one line.", field: "lines" };
  const seen = new Set<number>();
  for (const { line: number, quantity } of lines) {
    if (seen.has(number))
      return {
        code: "invalid_lines",
        detail: `Line ${number} is named twice.`,
        field: "lines",
        values: { line: number },
      };
    seen.add(number);
    const line = findLine(state, number);
    if (line === undefined)
      return {
        code: "line_not_found",
        detail: `The order has no line ${number}.`,
        field: "lines",
        values: { line: number },
      };
    if (!isQuantity(quantity)) return { ...invalidQuantity(quantity, limits.quantityMax), field: "lines" };
    const left = line.quantity - line.returnedQuantity;
    if (quantity > left)
      return {
        code: "return_exceeds_sold",
        detail: `At most ${left} of line ${number} can still be returned, not ${quantity}.`,
        field: "lines",
        values: { line: number, quantity, remaining: left },
      };
  }
  return undefined;
}
