import type { Context, Decision } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { done, refused } from "../../engine/contract/outcome.ts";
import { nothing, refuse } from "../decision.ts";
import { isText, limits } from "../limits.ts";
import { holdIdOf, lineOfHold, orderIdOf, toInventory, toOrder } from "../mail.ts";
import type { CartEvent, CheckOut, CheckOutReply, OrderEnded } from "./messages.ts";
import { CHECKOUT_IN_PROGRESS, NOT_YOUR_CART } from "./refusals.ts";
import type { CartState, CheckingOut, Line } from "./state.ts";
import { cartLine } from "./view.ts";

type CartDecision = Decision<CartEvent>;

/** Places an order for all lines and locks them; `endOrder` settles the shopper's command. */
export function checkOut(state: CartState, command: CheckOut, context: Context): CartDecision {
  const { customer, paymentToken } = command;
  const refusal = checkOutRefusal(state, command);
  if (refusal !== undefined) return refuse(refusal);
  const { ticket } = context;
  const orderId = orderIdOf(state.cartId, state.orderCount + 1);
  const lines = [...state.lines.values()].map(cartLine);
  const currency = state.currency ?? "";
  return {
    events: [{ type: "CheckedOut", orderId, ticket }],
    messages: [
      toOrder(context.address.tenant, orderId, {
        type: "PlaceOrder",
        customer,
        paymentToken,
        currency,
        lines,
        ticket,
      }),
    ],
  };
}

/**
 * A hold has ended at its time. Outside a checkout its line goes at once; within one the order finds out by itself
 * and says at its end what became of the line.
 */
export function expireLine(state: CartState, holdId: string): CartDecision {
  const line = lineOfHold(holdId);
  if (!state.lines.has(line)) return nothing;
  const isOrdered = state.checkingOut?.lines.includes(line) ?? false;
  return { events: [{ type: isOrdered ? "LineLapsed" : "LineExpired", line }] };
}

/** The order has ended: its lines are sold, or the cart's again except those whose stock is gone. */
export function endOrder(state: CartState, command: OrderEnded, context: Context): CartDecision {
  const { answer, orderId, ticket } = command;
  if (state.checkingOut?.orderId !== orderId) return nothing;
  switch (answer.type) {
    case "confirmed": {
      const { totalMinor, taxMinor, currency } = answer;
      const reply: CheckOutReply = { orderId, totalMinor, taxMinor, currency };
      return {
        events: [{ type: "CheckOutConfirmed", orderId }],
        settled: [{ ticket, outcome: done(reply) }],
      };
    }
    case "refused": {
      const securedLines = answer.securedLines.filter((secured) => secured.holdExpiresAtMs > context.nowMs);
      const isSecured = new Set(securedLines.map((secured) => secured.line));
      const isLost = new Set(answer.lostLines);
      const removed = orderedLines(state, state.checkingOut).filter(
        (line) => isLost.has(line.line) || (line.lapsed && !isSecured.has(line.line)),
      );
      return {
        events: [
          {
            type: "CheckOutRefused",
            orderId,
            removedLines: removed.map((line) => line.line),
            securedLines,
          },
        ],
        settled: [{ ticket, outcome: refused(answer.refusal) }],
        // Most of their holds have ended; what is left of the others is of no use to the shopper any more.
        messages: removed.map((line) =>
          toInventory(context.address.tenant, line.sku, {
            type: "ReleaseHold",
            holdId: holdIdOf(state.cartId, line.line),
          }),
        ),
      };
    }
  }
}

function checkOutRefusal(state: CartState, command: CheckOut): Refusal | undefined {
  if (state.customer !== null && state.customer !== command.customer) return NOT_YOUR_CART;
  if (state.checkingOut !== null) return CHECKOUT_IN_PROGRESS;
  if (state.lines.size === 0) return { code: "cart_empty", detail: "The cart has no lines." };
  if (!isText(command.paymentToken, limits.paymentTokenLengthMax))
    return {
      code: "invalid_payment_token",
      detail: `A payment token must have 1 to ${limits.paymentTokenLengthMax} characters.`,
      field: "paymentToken",
      values: { limit: limits.paymentTokenLengthMax },
    };
  // An order of the old quantity must not meet a hold of the new one.
  for (const line of state.lines.values())
    if (line.changeTicket !== 0)
      return {
        code: "quantity_changing",
        detail: `The quantity of line ${line.line} is being changed.`,
        retryAfterMs: limits.changeRetryMs,
        values: { line: line.line },
      };
  return undefined;
}

function orderedLines(state: CartState, checkingOut: CheckingOut): Line[] {
  return checkingOut.lines.flatMap((number) => state.lines.get(number) ?? []);
}
