import { assert } from "../../engine/contract/assert.ts";
import { limits } from "../limits.ts";
import type { CartEvent, LineHeld, SecuredLine } from "./messages.ts";
import type { CartState, Line } from "./state.ts";
import { dropLine, putLine, repriceLine } from "./state.ts";

/** Applies an event to the cart, in place. */
export function evolveCart(state: CartState, event: CartEvent): CartState {
  apply(state, event);
  assert(state.lines.size <= limits.linesPerCartMax, "too many lines", state.cartId);
  return state;
}

function apply(state: CartState, event: CartEvent): void {
  switch (event.type) {
    case "CartOpened":
      assert(state.customer === null, "opened twice", state.cartId);
      state.customer = event.customer;
      return;
    case "LineHeld":
      return putLine(state, newLine(event), event.currency);
    case "QuantityChangeRequested":
      lineOf(state, event.line).changeTicket = event.ticket;
      return;
    case "QuantityChanged": {
      const line = lineOf(state, event.line);
      repriceLine(state, line, event.quantity, event.unitPriceMinor);
      line.holdExpiresAtMs = event.holdExpiresAtMs;
      return endChange(line, event.ticket);
    }
    case "QuantityChangeRefused":
      return endChange(lineOf(state, event.line), event.ticket);
    case "LineExtended": {
      const line = lineOf(state, event.line);
      line.holdExpiresAtMs = event.holdExpiresAtMs;
      line.extended = true;
      return;
    }
    case "LineRemoved":
    case "LineExpired":
      return dropLine(state, event.line);
    case "LineLapsed":
      lineOf(state, event.line).lapsed = true;
      return;
    case "CheckedOut":
      assert(state.checkingOut === null, "checked out twice", state.cartId);
      state.checkingOut = { orderId: event.orderId, ticket: event.ticket, lines: [...state.lines.keys()] };
      state.orderCount += 1;
      state.orderIds = [event.orderId, ...state.orderIds].slice(0, limits.ordersShownMax);
      return;
    case "CheckOutConfirmed":
      return endCheckOut(state, state.checkingOut?.lines ?? [], []);
    case "CheckOutRefused":
      return endCheckOut(state, event.removedLines, event.securedLines);
  }
}

function newLine(event: LineHeld): Line {
  const { line, sku, title, quantity, unitPriceMinor, taxBasisPoints, holdExpiresAtMs } = event;
  return {
    line,
    sku,
    title,
    quantity,
    unitPriceMinor,
    taxBasisPoints,
    holdExpiresAtMs,
    extended: false,
    changeTicket: 0,
    lapsed: false,
  };
}

function lineOf(state: CartState, number: number): Line {
  const line = state.lines.get(number);
  assert(line !== undefined, "there is no such line", state.cartId, number);
  return line;
}

// An older answer leaves the line locked: the newest change is still on its way.
function endChange(line: Line, ticket: number): void {
  if (line.changeTicket === ticket) line.changeTicket = 0;
}

function endCheckOut(
  state: CartState,
  removedLines: readonly number[],
  securedLines: readonly SecuredLine[],
): void {
  state.checkingOut = null;
  for (const line of removedLines) dropLine(state, line);
  for (const { line, holdExpiresAtMs } of securedLines) {
    lineOf(state, line).holdExpiresAtMs = holdExpiresAtMs;
    lineOf(state, line).lapsed = false;
  }
}
