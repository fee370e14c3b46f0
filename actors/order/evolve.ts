import { assert } from "../../engine/contract/assert.ts";
import { nextPhase } from "./lifecycle.ts";
import type { OrderEvent, OrderPlaced } from "./messages.ts";
import type { OpenReturn, OrderState } from "./state.ts";
import { lineOf, totalsOf } from "./state.ts";

/** Applies an event to the order, in place; the table in `lifecycle.ts` says whether it may happen. */
export function evolveOrder(state: OrderState, event: OrderEvent, atMs: number): OrderState {
  const phaseBefore = state.phase;
  state.phase = nextPhase(state.phase, event);
  switch (event.type) {
    case "OrderPlaced":
      place(state, event, atMs);
      break;
    case "LineSecured":
      secure(state, event.line, event.holdExpiresAtMs);
      break;
    case "OrderSecured":
      secure(state, event.line, event.holdExpiresAtMs);
      state.paymentToken = null;
      break;
    case "LineLost":
      lineOf(state, event.line).fate = "lost";
      state.refusal ??= event.refusal;
      // Selling awaited those without an answer; undoing also awaits those sold, to be back on the shelf.
      state.awaited = phaseBefore === "selling" ? state.lines.length - 1 : state.awaited - 1;
      break;
    case "PaymentAuthorised":
      state.awaited = state.lines.length;
      break;
    case "LineSold":
      lineOf(state, event.line).fate = "sold";
      if (state.phase === "selling") state.awaited -= 1;
      break;
    case "OrderConfirmed":
      for (const line of state.lines) line.fate = "sold";
      state.awaited = 0;
      break;
    case "OrderRefused":
      state.refusal = event.refusal;
      state.paymentToken = null;
      state.awaited = 0;
      break;
    case "ReturnRequested":
      requestReturn(state, event);
      break;
    case "RefundMade":
      state.refundedMinor += event.refundMinor;
      openReturn(state, event.ticket).refunded = true;
      closeIfFinished(state, event.ticket);
      break;
    case "LineRestocked":
      restock(state, event.line, event.ticket);
      break;
    case "PaymentCaptured":
      break;
  }
  assert(state.awaited >= 0, "more answers came than were asked for", state.orderId);
  assert(state.refundedMinor <= state.totalMinor, "more was refunded than paid", state.orderId);
  return state;
}

function place(state: OrderState, event: OrderPlaced, atMs: number): void {
  const { totalMinor, taxMinor } = totalsOf(event.lines);
  for (const line of event.lines)
    state.lines.push({ ...line, fate: "held", securedUntilMs: null, returnedQuantity: 0 });
  state.customer = event.customer;
  state.currency = event.currency;
  state.placedAtMs = atMs;
  state.checkOutTicket = event.ticket;
  state.paymentToken = event.paymentToken;
  state.totalMinor = totalMinor;
  state.taxMinor = taxMinor;
  state.awaited = event.securing.length;
}

function secure(state: OrderState, line: number, holdExpiresAtMs: number): void {
  lineOf(state, line).securedUntilMs = holdExpiresAtMs;
  state.awaited -= 1;
}

function requestReturn(state: OrderState, event: Extract<OrderEvent, { type: "ReturnRequested" }>): void {
  for (const { line: number, quantity } of event.lines) {
    const line = lineOf(state, number);
    line.returnedQuantity += quantity;
    assert(line.returnedQuantity <= line.quantity, "more came back than was sold", state.orderId);
  }
  state.returns.set(event.ticket, {
    ticket: event.ticket,
    refundMinor: event.refundMinor,
    refunded: event.refundMinor === 0,
    restocking: new Set(event.lines.map(({ line }) => line)),
  });
}

function restock(state: OrderState, line: number, ticket: number): void {
  if (ticket === 0) {
    lineOf(state, line).fate = "restocked";
    state.awaited -= 1;
    return;
  }
  openReturn(state, ticket).restocking.delete(line);
  closeIfFinished(state, ticket);
}

function openReturn(state: OrderState, ticket: number): OpenReturn {
  const found = state.returns.get(ticket);
  assert(found !== undefined, "the return is not open", state.orderId, ticket);
  return found;
}

function closeIfFinished(state: OrderState, ticket: number): void {
  const { refunded, restocking } = openReturn(state, ticket);
  if (refunded && restocking.size === 0) state.returns.delete(ticket);
}
