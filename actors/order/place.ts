import type { Context, Decision } from "../../engine/contract/decider.ts";
import type { CartLine } from "../cart/messages.ts";
import { limits } from "../limits.ts";
import { holdIdOf, toInventory } from "../mail.ts";
import { lineAmountMinor } from "../money/amount.ts";
import { taxIncluded } from "../money/tax.ts";
import type { OrderEvent, OrderedLine, PlaceOrder } from "./messages.ts";
import { payFor } from "./payment.ts";
import type { OrderState } from "./state.ts";
import { totalsOf } from "./state.ts";

/** Starts the checkout: pays at once when every hold lasts long enough, else secures the holds that do not. */
export function placeOrder(state: OrderState, command: PlaceOrder, context: Context): Decision<OrderEvent> {
  const { customer, currency, paymentToken, ticket } = command;
  const lines = command.lines.map(orderedLine);
  const ending = command.lines.filter((line) => line.holdExpiresAtMs - context.nowMs < limits.orderSettleMs);
  const isSecuring = ending.length > 0;
  const placed: OrderEvent = {
    type: "OrderPlaced",
    status: isSecuring ? "securing" : "authorising",
    customer,
    currency,
    lines,
    securing: ending.map(({ line }) => line),
    paymentToken: isSecuring ? paymentToken : null,
    ticket,
  };
  if (isSecuring)
    return { events: [placed], messages: ending.map((line) => secure(state, command, line, context)) };
  const charge = { paymentToken, currency, totalMinor: totalsOf(lines).totalMinor, lines };
  return payFor(state, charge, [placed], context);
}

function secure(state: OrderState, command: PlaceOrder, line: CartLine, context: Context) {
  return toInventory(context.address.tenant, line.sku, {
    type: "SecureHold",
    holdId: holdIdOf(state.cartId, line.line),
    orderId: state.orderId,
    line: line.line,
    customer: command.customer,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
  });
}

function orderedLine(cartLine: CartLine): OrderedLine {
  const { line, sku, title, quantity, unitPriceMinor, taxBasisPoints } = cartLine;
  const taxMinor = taxIncluded(lineAmountMinor(unitPriceMinor, quantity), taxBasisPoints);
  return { line, sku, title, quantity, unitPriceMinor, taxMinor };
}
